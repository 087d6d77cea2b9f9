export { checkRollout } from './check-rollout.ts';
export { rolloutPartOf } from './failure.ts';
export type { ManifestFile, PullSecret, RolloutOptions } from './options.ts';
export { rollOut } from './roll-out.ts';
