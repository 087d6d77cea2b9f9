import { describe, expect, it } from '@jest/globals';
import { style } from '../src/style.ts';

/** The colours of a scheme by name. */
function paletteOf(css: string): Readonly<Record<string, string>> {
  return Object.fromEntries([...css.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]));
}

/** Contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio"). */
function contrast(one: string, other: string): number {
  const luminance = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5]
      .map((start) => Number.parseInt(colour.slice(start, start + 2), 16) / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const [light = '', dark = ''] = style.split('@media screen and (prefers-color-scheme: dark)');
const tones = ['good', 'warning', 'bad', 'open'];
const marks = ['critical', 'high', 'medium', 'low', 'negligible', 'unknown'];

/** Text colour, background, least contrast. */
const pairs: readonly (readonly [string, string, number])[] = [
  ...['text', 'muted', 'link'].flatMap((text) =>
    ['surface', 'raised', 'page'].map((background) => [text, background, 4.5] as const),
  ),
  ...tones.flatMap((tone) => [
    [tone, `${tone}-soft`, 4.5] as const,
    [tone, 'surface', 4.5] as const,
    ['text', `${tone}-soft`, 4.5] as const,
    ['link', `${tone}-soft`, 4.5] as const,
    ['on-mark', tone, 3] as const,
  ]),
  ...marks.flatMap((mark) => [['on-mark', mark, 4.5] as const, [mark, 'track', 3] as const]),
  ['top-text', 'top', 4.5],
  ['bar', 'surface', 3],
];

describe.each([
  ['light', paletteOf(light)],
  ['dark', paletteOf(dark)],
])('in the %s scheme', (_scheme, palette) => {
  it.each(pairs)('%s on %s has a contrast of at least %d', (text, background, least) => {
    expect(contrast(palette[text] ?? '', palette[background] ?? '')).toBeGreaterThanOrEqual(least);
  });
});
