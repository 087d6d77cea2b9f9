export { type DevHarbor, type DevHarborOptions, startDevHarbor } from './start.ts';
export { type HarborVersion, harborVersions } from './version.ts';
