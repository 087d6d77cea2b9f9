export { createHarbor, type HarborOptions } from './harbor.ts';
export * from './types.ts';
