export { type DevHarbor, type DevHarborOptions, startDevHarbor } from './start.ts';
