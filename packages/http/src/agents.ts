import { X509Certificate } from 'node:crypto';
import type { AgentOptions, Agent as HttpAgent, ProxyEnv } from 'node:http';
import type { SecureContext } from 'node:tls';
import { PilotError } from '@harbor-pilot/core';
import { pemCertificates } from './certificate-facts.ts';
import { nodeHttp, nodeHttps, nodeTls } from './node-http.ts';
import { chooseProxy } from './proxy-choice.ts';
import type { HostTrust } from './types.ts';

/** The trust of each host, and the proxy variables that all share. */
export interface AgentsOptions {
  readonly trust: Readonly<Record<string, HostTrust>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /**
   * Whether a host with an authority of its own is first met with that one alone: to read the usual ones, too, takes 10 ms,
   * and is not needed for the certificates that a private authority made.
   */
  readonly ownAuthorityFirst?: boolean;
}

/** One connection pool per origin. */
export interface Agents {
  /** The pool for a URL, made when it is first needed. */
  agentFor(url: URL): HttpAgent;
  /** The pool to try when a certificate was not trusted in this one; undefined when it knew all authorities. */
  widerThan(agent: HttpAgent, url: URL): HttpAgent | undefined;
  /** The URL as it is really asked: plain HTTP for hosts that are declared so. */
  actual(url: URL): URL;
  trustOf(url: URL): HostTrust;
  close(): void;
}

/** Makes connection pools; nothing in them is shared between hosts. */
export function createAgents(options: AgentsOptions): Agents {
  const [pools, widePools] = [new Map<string, HttpAgent>(), new Map<string, HttpAgent>()];
  const common: AgentOptions = {
    keepAlive: true,
    // Below the idle time of common servers, so that a connection is not used just as the server closes it.
    timeout: 4000,
  };
  const make = (url: URL, ownFirst: boolean): HttpAgent => {
    const own = { ...common, ...proxyOptions(url, options.environment) };
    return url.protocol === 'http:'
      ? new (nodeHttp().Agent)(own)
      : new (nodeHttps().Agent)({ ...own, ...tlsOptions(url.host, trustOf(options.trust, url), ownFirst) });
  };
  return {
    agentFor: (url) => {
      const known = widePools.get(url.origin) ?? pools.get(url.origin);
      if (known !== undefined) return known;
      const pool = make(url, options.ownAuthorityFirst === true);
      pools.set(url.origin, pool);
      return pool;
    },
    widerThan: (agent, url) => {
      if (options.ownAuthorityFirst !== true || trustOf(options.trust, url).caCertificate === undefined)
        return undefined;
      const known = widePools.get(url.origin);
      if (known !== undefined) return known === agent ? undefined : known;
      const pool = make(url, false);
      widePools.set(url.origin, pool);
      return pool;
    },
    actual: (url) => {
      if (url.protocol !== 'https:' || trustOf(options.trust, url).plainHttp !== true) return url;
      return new URL(url.href.replace(/^https:/, 'http:'));
    },
    trustOf: (url) => trustOf(options.trust, url),
    close: () => {
      for (const pool of [...pools.values(), ...widePools.values()]) pool.destroy();
      pools.clear();
      widePools.clear();
    },
  };
}

function trustOf(trust: Readonly<Record<string, HostTrust>>, url: URL): HostTrust {
  const port = url.port === '' ? '443' : url.port;
  return trust[url.host] ?? trust[`${url.hostname}:${port}`] ?? {};
}

function tlsOptions(
  host: string,
  trust: HostTrust,
  ownFirst: boolean,
): { secureContext?: SecureContext; rejectUnauthorized?: boolean } {
  const { caCertificate, clientIdentity } = trust;
  return {
    ...(trust.insecure === true ? { rejectUnauthorized: false } : {}),
    ...(caCertificate === undefined && clientIdentity === undefined
      ? {}
      : { secureContext: contextOf(host, trust, ownFirst) }),
  };
}

function contextOf(host: string, { caCertificate, clientIdentity }: HostTrust, ownFirst: boolean): SecureContext {
  const ca = caCertificate === undefined ? {} : { ca: authorities(host, caCertificate, ownFirst) };
  // One context per pool: parsing all authorities again for each connection would take 10 ms each time.
  return nodeTls().createSecureContext({ ...ca, ...clientIdentity?.tls });
}

function authorities(host: string, caCertificate: string, ownFirst: boolean): string[] {
  const certificates = pemCertificates(caCertificate);
  try {
    for (const certificate of certificates) new X509Certificate(certificate);
    if (certificates.length === 0) throw new Error('there is no "BEGIN CERTIFICATE" in it');
    return ownFirst ? [...certificates] : [...nodeTls().getCACertificates('default'), ...certificates];
  } catch (cause) {
    throw new PilotError('INPUT_INVALID', `the CA certificate for ${host} cannot be read`, {
      cause,
      hint: 'Give the certificate of the authority as PEM text ("-----BEGIN CERTIFICATE-----"), not DER and not a key.',
    });
  }
}

/** The choice is made here: Node's own reads neither networks in `NO_PROXY` nor proxies without a scheme. */
function proxyOptions(url: URL, environment: AgentsOptions['environment']): { proxyEnv?: ProxyEnv } {
  const choice = chooseProxy(url, environment);
  if (choice.kind !== 'proxy') return {};
  return { proxyEnv: { [url.protocol === 'http:' ? 'http_proxy' : 'https_proxy']: choice.proxy.href } };
}
