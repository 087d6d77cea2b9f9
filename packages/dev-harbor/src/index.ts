export type { DevHarborControl, ScannerState } from './control/control.ts';
export type { PlantedVulnerability, ScriptedScan } from './scanner/index.ts';
export { type DevHarbor, type DevHarborOptions, startDevHarbor } from './start.ts';
export { type HarborVersion, harborVersions } from './version.ts';
