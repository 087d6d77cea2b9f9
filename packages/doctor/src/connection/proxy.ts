import { PilotError } from '@harbor-pilot/core';
import { adviseOnProxy, askProxy, type ProxyChoice } from '@harbor-pilot/http';
import type { Check, Finding } from '../check.ts';
import type { Way } from './way.ts';

/** Which proxy is on the way, and whether it lets us through. */
export function proxy({ url, choice }: Way): Check {
  return {
    id: 'proxy',
    area: 'network',
    title: 'proxy',
    matters: 'Every program reads the variables of the proxy in its own way: this is how Harbor Pilot does.',
    needs: ['tcp'],
    look: async (signal) => {
      switch (choice.kind) {
        case 'direct':
          return { status: 'ok', seen: 'none is set for this host' };
        case 'exempt':
          return {
            status: 'ok',
            seen: `NO_PROXY excepts this host from ${choice.variable} with the entry "${choice.entry}"`,
          };
        case 'unusable':
          return unusable(choice.variable);
        case 'proxy':
          return ask(choice, url, signal);
      }
    },
  };
}

function unusable(variable: string): Finding {
  return {
    status: 'warning',
    seen: `${variable} is not the address of an HTTP proxy; the host is reached directly`,
    advice: `Write it as http://proxy.example.com:3128, or unset ${variable}.`,
  };
}

async function ask(choice: Extract<ProxyChoice, { kind: 'proxy' }>, url: URL, signal: AbortSignal): Promise<Finding> {
  const { variable, proxy: address } = choice;
  const name = `${address.protocol}//${address.host}`;
  const account = address.username === '' ? '' : `, as ${decodeURIComponent(address.username)}`;
  const status = await askProxy(address, url, signal);
  const isTunnel = url.protocol === 'https:';
  // Without a tunnel the answer may be that of the registry.
  if (isTunnel ? status >= 200 && status < 300 : status !== 407 && status !== 403) {
    return { status: 'ok', seen: `${variable} names ${name}${account}; it lets us through to ${url.host}` };
  }
  throw new PilotError(
    'NETWORK_UNREACHABLE',
    `the proxy ${name} (${variable}${account}) does not let us through to ${url.host}: it answers ${status}`,
    {
      hint: adviseOnProxy(status, choice, url.hostname),
      details: { host: url.host, reason: `PROXY_${status}` },
    },
  );
}
