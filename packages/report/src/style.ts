import { layoutStyle } from './style-layout.ts';

/** Colours. Text has a contrast of at least 4.5 on its background, marks at least 3, in both schemes. */
const colours = `
:root {
  color-scheme: light dark;
  --page: #eef3f7; --surface: #ffffff; --raised: #f5f8fb; --line: #d5e0e9; --text: #10243a; --muted: #4d6277;
  --link: #0a5ea8; --bar: #0f7490; --track: #e3ebf2; --top: #0b2a4a; --top-text: #f2f7fb; --on-mark: #ffffff;
  --good: #0c6b4e; --good-soft: #dff4ea; --warning: #8a4a00; --warning-soft: #fff0d9;
  --bad: #a3143d; --bad-soft: #fde8ee; --open: #3d5670; --open-soft: #e6edf4;
  --critical: #9d1239; --high: #c2410c; --medium: #94620a; --low: #1d67ab; --negligible: #5b6b7d; --unknown: #6a4fa3;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #0b1622; --surface: #12212f; --raised: #172a3b; --line: #29404f; --text: #e7eff6; --muted: #a3b6c7;
    --link: #7cc0f7; --bar: #3bb3d0; --track: #1f3547; --top: #081828; --top-text: #e7eff6; --on-mark: #0b1622;
    --good: #5fd6a8; --good-soft: #103529; --warning: #f5b75c; --warning-soft: #3a2a10;
    --bad: #ff8fac; --bad-soft: #40182a; --open: #a9c0d6; --open-soft: #1d3144;
    --critical: #ff7d9f; --high: #ff9a5c; --medium: #f0c04a; --low: #6cb5f5; --negligible: #a5b3c2; --unknown: #bda4f5;
  }
}
@media print { :root { color-scheme: light; } }
.tone.good { --tone: var(--good); --soft: var(--good-soft); }
.tone.warning { --tone: var(--warning); --soft: var(--warning-soft); }
.tone.bad { --tone: var(--bad); --soft: var(--bad-soft); }
.tone.open, .tone.skipped { --tone: var(--open); --soft: var(--open-soft); }
.critical { --mark: var(--critical); } .high { --mark: var(--high); } .medium { --mark: var(--medium); }
.low { --mark: var(--low); } .negligible { --mark: var(--negligible); } .unknown { --mark: var(--unknown); }
`;

/** The whole style of the page. */
export const style = `${colours}${layoutStyle}`;
