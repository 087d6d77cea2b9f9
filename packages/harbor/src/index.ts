export { createHarbor, type HarborOptions } from './harbor.ts';
export { checkQuota, explainQuota, type PlannedPush, type QuotaForecast } from './quota.ts';
export * from './types.ts';
