export { type ScannerAdapter, startScannerAdapter } from './adapter.ts';
export type { PlantedVulnerability, ScriptedScan } from './script.ts';
export { severities } from './severity.ts';
