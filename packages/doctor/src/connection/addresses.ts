import { getServers, type LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { PilotError } from '@harbor-pilot/core';
import type { Stop } from './way.ts';

/**
 * All addresses of a name, asked the way that connections ask: with the hosts file of the machine.
 * @throws PilotError NETWORK_UNREACHABLE naming what the resolver said.
 */
export async function addressesOf({ hostname, name }: Stop): Promise<readonly LookupAddress[]> {
  try {
    return await lookup(hostname, { all: true });
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    const servers = `the name servers of this machine: ${getServers().join(', ') || 'none'}`;
    throw new PilotError(
      'NETWORK_UNREACHABLE',
      `${name} cannot be looked up: ${reasons[code] ?? 'DNS failed'} (${code})`,
      {
        cause,
        hint: `${advice[code] ?? 'Look at the name resolution of this machine.'} Asked were ${servers}.`,
        details: { host: hostname, reason: code },
      },
    );
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known to DNS',
  EAI_AGAIN: 'DNS does not answer',
};

const advice: Readonly<Record<string, string>> = {
  ENOTFOUND:
    'Check the spelling of the host. A name of an inner network is known only there: run the job on a runner inside, or with its name servers.',
  EAI_AGAIN:
    'The name servers cannot be reached, or are overloaded: look at /etc/resolv.conf and the network of the job.',
};
