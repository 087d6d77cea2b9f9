import { type Clock, PilotError, registerSecret, systemClock } from '@harbor-pilot/core';
import { type Agents, createAgents } from './agents.ts';
import { exchange } from './exchange.ts';
import { isLostConnection } from './failures.ts';
import { isRedirect, redirected, redirectLimit, refused } from './redirects.ts';
import { delayBefore, isRetryableStatus } from './retries.ts';
import type { HostTrust, Http, HttpRequest, HttpResponse } from './types.ts';

/** What an HTTP client is made of. */
export interface HttpOptions {
  /** By host, with the port when it is not the usual one. */
  readonly trust?: Readonly<Record<string, HostTrust>>;
  /** `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in either case, are read from it. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** `harbor-pilot/0.1.0` when absent. */
  readonly userAgent?: string;
  readonly clock?: Clock;
  /** From 0 up to 1, for the jitter between tries. */
  readonly random?: () => number;
  /** Takes a line that the user should see. */
  readonly warn?: (line: string) => void;
}

interface Context {
  readonly agents: Agents;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly warn: (line: string) => void;
}

/** Makes an HTTP client. Connections, trust and proxies belong to it alone. */
export function createHttp(options: HttpOptions = {}): Http {
  const { trust = {}, environment = {}, warn = () => undefined } = options;
  for (const [host, { insecure }] of Object.entries(trust)) {
    if (insecure === true) warn(`The certificate of ${host} is not checked: anybody on the way can read the password.`);
  }
  hideProxyPasswords(environment);
  const context: Context = {
    agents: createAgents({ trust, environment }),
    userAgent: options.userAgent ?? 'harbor-pilot/0.1.0',
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    warn,
  };
  return {
    request: (request) => follow(context, request),
    close: () => context.agents.close(),
  };
}

async function follow(context: Context, first: HttpRequest): Promise<HttpResponse> {
  let request = first;
  for (let hops = 0; hops <= redirectLimit; hops += 1) {
    const response = await persist(context, request);
    const location = response.headers.location;
    if (first.redirect === 'manual' || !isRedirect(response.status) || location === undefined) return response;
    await response.discard();
    request = redirected(request, new URL(response.url), response.status, location);
  }
  throw refused(`${new URL(first.url).host} redirects more than ${redirectLimit} times`);
}

async function persist(context: Context, request: HttpRequest): Promise<HttpResponse> {
  const attempts = request.attempts ?? (request.method === 'POST' || request.method === 'PATCH' ? 1 : 4);
  for (let attempt = 1; ; attempt += 1) {
    const last = attempt >= attempts;
    const outcome = await attemptOnce(context, request).catch((error: unknown) => {
      if (last || !isLostConnection(error)) throw error;
      return error as PilotError;
    });
    if (!(outcome instanceof PilotError)) {
      if (last || !isRetryableStatus(outcome.status)) return outcome;
      await outcome.discard();
    }
    await pause(context, request, attempt, outcome);
  }
}

async function pause(context: Context, request: HttpRequest, attempt: number, outcome: HttpResponse | PilotError) {
  const isError = outcome instanceof PilotError;
  const retryAfter = isError ? undefined : outcome.headers['retry-after'];
  const milliseconds = delayBefore(attempt, retryAfter, context.clock.now(), context.random);
  const why = isError ? outcome.message : `${new URL(request.url).host} answered ${outcome.status}`;
  if (milliseconds >= 5000) context.warn(`${why}; trying again in ${Math.round(milliseconds / 1000)} seconds.`);
  await context.clock.sleep(milliseconds, request.signal);
}

async function attemptOnce(context: Context, request: HttpRequest): Promise<HttpResponse> {
  request.signal?.throwIfAborted();
  const url = context.agents.actual(new URL(request.url));
  return exchange({
    method: request.method,
    url,
    headers: { 'user-agent': context.userAgent, ...lowerCased(request.headers) },
    body: request.body,
    agent: context.agents.agentFor(url),
    timeoutSeconds: request.timeoutSeconds ?? 60,
    signal: request.signal,
  });
}

function lowerCased(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function hideProxyPasswords(environment: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(environment)) {
    if (!/^https?_proxy$/i.test(name) || value === undefined || !URL.canParse(value)) continue;
    const { password } = new URL(value);
    if (password !== '') registerSecret(decodeURIComponent(password));
  }
}
