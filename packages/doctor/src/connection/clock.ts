import { formatTime } from '@harbor-pilot/core';
import type { Check } from '../check.ts';
import type { Shown } from './shown.ts';
import type { Way } from './way.ts';

const toleranceSeconds = 60;

/** Whether the clocks of both sides agree. */
export function clock({ url }: Way, shown: () => Shown | undefined): Check {
  return {
    id: 'clock',
    area: 'tls',
    title: 'clocks',
    matters: 'Certificates and tokens are good for a time, and each side goes by its own clock.',
    needs: ['tls'],
    look: async () => {
      const { date, at } = shown() ?? {};
      if (date === undefined || at === undefined)
        return { status: 'skipped', seen: `${url.host} does not tell its time` };
      const seconds = Math.round((at.getTime() - date.getTime()) / 1000);
      const difference = seconds < 0 ? `${-seconds} s behind` : `${seconds} s ahead of`;
      if (Math.abs(seconds) <= 2)
        return { status: 'ok', seen: `the clock of this machine agrees with that of ${url.host}` };
      const seen = `the clock of this machine is ${difference} that of ${url.host}`;
      if (Math.abs(seconds) <= toleranceSeconds) return { status: 'ok', seen };
      return {
        status: 'warning',
        seen: `${seen}: ${formatTime(at)} here, ${formatTime(date)} there`,
        advice: 'Set the one that is wrong, best by NTP on both.',
      };
    },
  };
}
