export type { ListedArtifact } from './artifact-lists.ts';
export { createHarbor, type HarborOptions } from './harbor.ts';
export type { Allowlist, MembersAnswer, ProjectDetails } from './project-details.ts';
export type { ProjectScanner } from './project-scanner.ts';
export { checkQuota, explainQuota, type PlannedPush, type QuotaForecast } from './quota.ts';
export type { SystemInformation, UnhealthyComponent, Volume } from './system.ts';
export { coversRepository, coversTag, type RetentionPolicy, type RetentionRule, type TagRule } from './tag-rules.ts';
export * from './types.ts';
