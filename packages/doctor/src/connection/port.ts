import { connect, isIPv6 } from 'node:net';
import { PilotError } from '@harbor-pilot/core';
import type { Check, Finding } from '../check.ts';
import { addressesOf } from './addresses.ts';
import type { Stop, Way } from './way.ts';

/** One address that was tried. */
export interface Attempt {
  readonly address: string;
  /** Milliseconds until it was connected; absent when it was not. */
  readonly milliseconds?: number;
  /** Node's name of the failure; `TIMEOUT` when nothing came back. */
  readonly reason?: string;
}

const timeoutMilliseconds = 5000;

/** Whether the port takes connections: at every address, since a program may take any of them. */
export function port({ next, choice }: Way): Check {
  return {
    id: 'tcp',
    area: 'network',
    title: 'TCP connection',
    matters: 'A firewall, or a server that is down, ends every step here.',
    needs: ['dns'],
    look: async (signal) => {
      const addresses = await addressesOf(next);
      const attempts = await Promise.all(addresses.map(({ address }) => tryAddress(address, next.port, signal)));
      return judgeAttempts(next, attempts, choice.kind === 'proxy' ? choice.variable : undefined);
    },
  };
}

function tryAddress(address: string, port: number, signal: AbortSignal): Promise<Attempt> {
  const begin = performance.now();
  const socket = connect({ host: address, port, signal });
  return new Promise<Attempt>((resolve) => {
    socket.once('connect', () => resolve({ address, milliseconds: Math.round(performance.now() - begin) }));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve({ address, reason: error.code ?? error.message }));
    socket.setTimeout(timeoutMilliseconds, () => resolve({ address, reason: 'TIMEOUT' }));
  }).finally(() => socket.destroy());
}

/**
 * Says what the attempts at the addresses of a stop mean.
 * @throws PilotError NETWORK_UNREACHABLE when none of them was answered.
 */
export function judgeAttempts(
  { name, port }: Stop,
  attempts: readonly Attempt[],
  variable: string | undefined,
): Finding {
  const facts = attempts.length === 1 ? [] : attempts.map(describe);
  const open = attempts.filter(({ milliseconds }) => milliseconds !== undefined);
  const [first] = open;
  const where = `port ${port} of ${name}`;
  if (first === undefined) throw closed(where, attempts, variable);
  const seen = `${where} is open, connected in ${first.milliseconds} ms`;
  if (attempts.every((attempt) => attempt.milliseconds !== undefined || isWithoutIpv6(attempt)))
    return { status: 'ok', seen, facts };
  return {
    status: 'warning',
    seen: `${seen}, but ${attempts.length - open.length} of ${attempts.length} addresses do not answer`,
    advice: 'A program that takes such an address waits or fails: take it out of DNS, or repair the way to it.',
    facts,
  };
}

/** Many machines have no IPv6 at all; programs take another address then. */
function isWithoutIpv6({ address, reason = '' }: Attempt): boolean {
  return isIPv6(address) && ['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(reason);
}

function describe({ address, milliseconds, reason = '' }: Attempt): string {
  return milliseconds === undefined ? `${address}: ${meanings[reason] ?? reason}` : `${address}: ${milliseconds} ms`;
}

const meanings: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'it refuses connections (ECONNREFUSED)',
  TIMEOUT: `no answer in ${timeoutMilliseconds / 1000} s`,
  ETIMEDOUT: 'no answer (ETIMEDOUT)',
  EHOSTUNREACH: 'there is no route (EHOSTUNREACH)',
  ENETUNREACH: 'there is no route (ENETUNREACH)',
};

/** @param variable names the proxy, when that is whom this machine connects to */
function closed(where: string, attempts: readonly Attempt[], variable: string | undefined): PilotError {
  const isRefused = attempts.some(({ reason }) => reason === 'ECONNREFUSED');
  const [listener, remedy] =
    variable === undefined
      ? ['server', ' Or this machine reaches it only through a proxy: set HTTPS_PROXY.']
      : ['proxy', ` Look at ${variable}; a host that is reached without the proxy belongs into NO_PROXY.`];
  return new PilotError(
    'NETWORK_UNREACHABLE',
    `${where} is ${isRefused ? 'closed' : 'not reachable'}: ${attempts.map(describe).join('; ')}`,
    {
      hint: isRefused
        ? `Nothing listens there, or a firewall refuses: check the port, and whether the ${listener} is up.${variable === undefined ? '' : remedy}`
        : `Packets get lost on the way: a firewall, a missing route or VPN.${remedy}`,
      details: { reason: attempts[0]?.reason ?? '' },
    },
  );
}
