import type { Tone } from './headline.ts';
import { type SafeHtml, trusted } from './html.ts';

const shapes: Readonly<Record<Tone | 'skipped' | 'caution', string>> = {
  good: '<path d="m4.500 8.500 2.500 2.500 4.500-5.500"/>',
  warning: '<path d="M5 6.500h4a2.250 2.250 0 0 1 0 4.500H7M7 4.500l-2 2 2 2"/>',
  bad: '<path d="m5 5 6 6M11 5l-6 6"/>',
  open: '<path d="M8 4.500V8l2.500 1.500"/>',
  caution: '<path d="M8 4v4.500M8 11.250v.500"/>',
  skipped: '<path d="M5 8h6"/>',
};

/** The small round symbol of a tone; the words beside it say the same. */
export function symbol(tone: Tone | 'skipped' | 'caution'): SafeHtml {
  return trusted(
    `<svg class="symbol" viewBox="0 0 16 16" width="20" height="20" aria-hidden="true"><circle cx="8" cy="8" r="8"/>${shapes[tone]}</svg>`,
  );
}
