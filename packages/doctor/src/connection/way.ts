import { chooseProxy, type ProxyChoice } from '@harbor-pilot/http';
import type { DoctorContext } from '../context.ts';

/** The way to the registry. */
export interface Way {
  /** Of the registry, `https://harbor.example.com/v2/`. */
  readonly url: URL;
  readonly choice: ProxyChoice;
  /** Whom this machine connects to: the registry, or the proxy on the way. */
  readonly next: Stop;
}

/** Somebody whom this machine connects to. */
export interface Stop {
  /** Without the brackets of an IPv6 address. */
  readonly hostname: string;
  readonly port: number;
  /** For people: `harbor.example.com`, `the proxy proxy.example.com`. */
  readonly name: string;
}

/** Finds the way to the registry. */
export function findWay({ host, trust, environment }: DoctorContext): Way {
  const url = new URL(`${trust.plainHttp === true ? 'http' : 'https'}://${host}/v2/`);
  const choice = chooseProxy(url, environment);
  if (choice.kind !== 'proxy') return { url, choice, next: stopAt(url, '') };
  return { url, choice, next: stopAt(choice.proxy, 'the proxy ') };
}

const usualPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

function stopAt({ hostname, port, protocol }: URL, prefix: string): Stop {
  const plain = hostname.replace(/^\[|\]$/g, '');
  return {
    hostname: plain,
    port: port === '' ? (usualPorts[protocol] ?? 0) : Number(port),
    name: `${prefix}${plain}`,
  };
}
