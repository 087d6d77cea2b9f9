export { judge, type Verdict } from './judge.ts';
export type { FoundVulnerability, ScannedImage } from './merge.ts';
export { platformsOf } from './platforms.ts';
export { type RatedSeverity, type SeverityCutoff, severityCutoffs } from './severity.ts';
export { type ReportOptions, type ScanProgress, waitForReport } from './wait-for-report.ts';
export type { GatePolicy } from './weigh.ts';
