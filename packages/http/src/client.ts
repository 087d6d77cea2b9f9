import { type Clock, PilotError, registerSecret, systemClock } from '@harbor-pilot/core';
import { type Agents, createAgents } from './agents.ts';
import { exchange } from './exchange.ts';
import { createTries, defaultPolicy, isLostConnection, isRetryableStatus, type Policy, type Tries } from './policy.ts';
import { parseProxy } from './proxy-choice.ts';
import type { HostTrust, Http, HttpRequest, HttpResponse } from './types.ts';

/** What an HTTP client is made of. */
export interface HttpOptions {
  /** By host, with the port when it is not the usual one. */
  readonly trust?: Readonly<Record<string, HostTrust>>;
  /** `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in either case, are read from it. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** `harbor-pilot/0.1.0` when absent. */
  readonly userAgent?: string;
  /** What is given replaces the defaults. */
  readonly policy?: Partial<Policy>;
  readonly clock?: Clock;
  /** From 0 up to 1, for the jitter between tries. */
  readonly random?: () => number;
  /** Takes a line that the user should see. */
  readonly warn?: (line: string) => void;
}

interface Context {
  readonly agents: Agents;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly tries: (attempts?: number) => Tries;
  readonly warn: (line: string) => void;
}

/** Makes an HTTP client. Connections, trust and proxies belong to it alone. */
export function createHttp(options: HttpOptions = {}): Http {
  const { trust = {}, environment = {}, warn = () => undefined } = options;
  warnOf(trust, warn);
  hideProxyPasswords(environment);
  const { clock = systemClock, random = Math.random } = options;
  const policy = { ...defaultPolicy, ...options.policy };
  const context: Context = {
    agents: createAgents({ trust, environment, ownAuthorityFirst: true }),
    environment,
    userAgent: options.userAgent ?? 'harbor-pilot/0.1.0',
    clock,
    policy,
    tries: createTries({ policy, now: () => clock.now(), random }),
    warn,
  };
  return {
    policy,
    tries: context.tries,
    request: (request) => follow(context, request),
    close: () => context.agents.close(),
  };
}

function warnOf(trust: Readonly<Record<string, HostTrust>>, warn: (line: string) => void): void {
  const danger = 'anybody on the way can read the password, and change what is sent';
  for (const [host, { insecure, plainHttp }] of Object.entries(trust)) {
    if (insecure === true) warn(`The certificate of ${host} is not checked: ${danger}.`);
    if (plainHttp === true) warn(`Nothing that is sent to ${host} is encrypted: ${danger}.`);
  }
}

async function follow(context: Context, first: HttpRequest): Promise<HttpResponse> {
  let request = first;
  for (let hops = 1; ; hops += 1) {
    const response = await persist(context, request);
    if (first.redirect === 'manual' || !isRedirect(response)) return response;
    await response.discard();
    // Most steps are never redirected.
    const { redirected } = await import('./redirects.ts');
    request = redirected(request, response, hops);
  }
}

/** Whether an answer moves the request to the URL in `Location`. */
function isRedirect({ status, headers }: HttpResponse): boolean {
  return [301, 302, 303, 307, 308].includes(status) && headers.location !== undefined;
}

async function persist(context: Context, request: HttpRequest): Promise<HttpResponse> {
  const isRepeatable = request.method !== 'POST' && request.method !== 'PATCH';
  const tries = context.tries(request.attempts ?? (isRepeatable ? undefined : 1));
  for (;;) {
    const outcome = await attemptOnce(context, request).catch((error: unknown) => {
      if (isLostConnection(error)) return error as PilotError;
      throw error;
    });
    const isError = outcome instanceof PilotError;
    const mayHeal = isError || isRetryableStatus(outcome.status) || (outcome.status === 500 && request.mayHeal500);
    if (!mayHeal) return outcome;
    const wait = tries.next(isError ? undefined : outcome.headers['retry-after']);
    if (wait === undefined) {
      if (isError) throw outcome;
      return outcome;
    }
    if (!isError) await outcome.discard();
    const why = isError ? outcome.message : `${new URL(request.url).host} answered ${outcome.status}`;
    if (wait >= 5000) context.warn(`${why}; trying again in ${Math.round(wait / 1000)} seconds.`);
    await context.clock.sleep(wait, request.signal);
  }
}

async function attemptOnce(context: Context, request: HttpRequest): Promise<HttpResponse> {
  request.signal?.throwIfAborted();
  const { agents, environment, clock } = context;
  const url = agents.actual(new URL(request.url));
  const trust = agents.trustOf(url);
  const call = {
    method: request.method,
    url,
    // Whatever is not ruled out may come packed (RFC 9110, section 12.5.3), and digests are of what is not.
    headers: { 'user-agent': context.userAgent, 'accept-encoding': 'identity', ...lowerCased(request.headers) },
    body: request.body,
    trust,
    limits: { ...context.policy, idleSeconds: request.timeoutSeconds ?? context.policy.idleSeconds },
    signal: request.signal,
  };
  const agent = agents.agentFor(url);
  return exchange({ ...call, agent })
    .catch((error: unknown) => {
      const isDistrust = error instanceof PilotError && error.code === 'TLS_UNTRUSTED';
      const wider = isDistrust ? agents.widerThan(agent, url) : undefined;
      if (wider === undefined) throw error;
      return exchange({ ...call, agent: wider });
    })
    .catch(async (error: unknown) => {
      const { lookAgain } = await import('./second-look.ts');
      throw await lookAgain(error, { url, trust, environment, clock, signal: request.signal });
    });
}

function lowerCased(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function hideProxyPasswords(environment: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(environment)) {
    if (!/^https?_proxy$/i.test(name) || value === undefined) continue;
    const password = parseProxy(value)?.password ?? '';
    if (password !== '') registerSecret(decodeURIComponent(password));
  }
}
