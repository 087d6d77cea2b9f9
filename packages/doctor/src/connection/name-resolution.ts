import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import type { Check, Finding } from '../check.ts';
import { addressesOf } from './addresses.ts';
import type { Stop, Way } from './way.ts';

/** Whether the name of the registry, or of the proxy before it, is known; asked the way that connections ask. */
export function nameResolution({ next, choice, url }: Way): Check {
  return {
    id: 'dns',
    area: 'network',
    title: 'name resolution',
    matters: 'Without an address nothing can be reached.',
    look: async () => {
      if (isIP(next.hostname) !== 0)
        return { status: 'ok', seen: `${next.name} is an address, there is no name to look up` };
      const addresses = await addressesOf(next);
      const behind = choice.kind === 'proxy' ? [`${url.hostname} is looked up by the proxy`] : [];
      return found(next, addresses, behind);
    },
  };
}

function found({ name }: Stop, addresses: readonly LookupAddress[], facts: readonly string[]): Finding {
  const of = (family: number): string[] =>
    addresses.filter((one) => one.family === family).map(({ address }) => address);
  const [v4, v6] = [of(4), of(6)];
  const list = [
    ...(v4.length === 0 ? [] : [`IPv4 ${v4.join(', ')}`]),
    ...(v6.length === 0 ? [] : [`IPv6 ${v6.join(', ')}`]),
  ];
  return { status: 'ok', seen: `${name} is ${list.join('; ')}`, facts };
}
