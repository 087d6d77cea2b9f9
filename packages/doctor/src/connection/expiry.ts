import type { X509Certificate } from 'node:crypto';
import { formatCount, formatTime } from '@harbor-pilot/core';
import { nameOf } from '@harbor-pilot/http';
import type { Check, Finding } from '../check.ts';
import type { Shown } from './shown.ts';

const warningDays = 21;
const dayMilliseconds = 86_400_000;

/** How long the certificates of the chain are still good; that of an authority counts as that of the server. */
export function expiry(shown: () => Shown | undefined): Check {
  return {
    id: 'tls-expiry',
    area: 'tls',
    title: 'expiry of the certificates',
    matters: 'On the day a certificate expires, every job and every node stops to reach the registry.',
    needs: ['tls'],
    look: async () => {
      const { chain = [], at = new Date(0) } = shown() ?? {};
      const [first] = chain.toSorted((one, other) => one.validToDate.getTime() - other.validToDate.getTime());
      return first === undefined ? { status: 'skipped', seen: 'there is no certificate' } : judge(first, at);
    },
  };
}

function judge(first: X509Certificate, now: Date): Finding {
  const daysLeft = Math.floor((first.validToDate.getTime() - now.getTime()) / dayMilliseconds);
  const when = `${nameOf(first)} is valid until ${formatTime(first.validToDate)}`;
  if (daysLeft >= warningDays) return { status: 'ok', seen: `${when}, ${formatCount(daysLeft, 'day')} more` };
  return {
    status: 'warning',
    seen: daysLeft < 0 ? `${when}: it has expired` : `${when}, only ${formatCount(daysLeft, 'day')} more`,
    advice: 'Renew it now, and let the server load it.',
  };
}
