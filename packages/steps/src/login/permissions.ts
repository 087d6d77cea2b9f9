import type { RobotAccess } from '@harbor-pilot/harbor';
import type { RobotPreset } from './robot-presets.ts';

/** A permission of a step, and what it is for. */
export interface StepPermission extends RobotAccess {
  /** Completes "needed to". */
  readonly purpose: string;
  /** It counts in the project that the image goes to, not in the one that it is in. */
  readonly isElsewhere?: true;
  /** The step goes on without it, and tells what it cannot do. */
  readonly isOptional?: true;
}

const pull = (purpose: string): StepPermission => ({ resource: 'repository', action: 'pull', purpose });
// It includes pull for robot accounts of a project, not for those of the system (Harbor 2.15,
// src/common/security/robot/context.go).
const push = (purpose: string): StepPermission => ({ resource: 'repository', action: 'push', purpose });

const pushing: readonly StepPermission[] = [
  push('send layers and manifests, and set tags'),
  { resource: 'project', action: 'read', purpose: 'foresee that the quota is too small', isOptional: true },
];
const listing: StepPermission = {
  resource: 'accessory',
  action: 'list',
  purpose: 'see that Harbor takes the signatures for what they are',
};
const judging: readonly StepPermission[] = [
  { resource: 'artifact', action: 'read', purpose: 'see how the scan goes on' },
  { resource: 'scan', action: 'create', purpose: 'have an image scanned that was not' },
  { resource: 'artifact-addition', action: 'read', purpose: 'read the report' },
];

/**
 * What an account needs in the project for each step; a test takes each one away. Names as in Harbor's `GET /permissions`.
 * `doctor` needs none: it says what it cannot see.
 */
export const stepPermissions = {
  login: [],
  build: [pull('read base images that are in this Harbor')],
  push: pushing,
  sign: [pull('read the image'), push('add the signatures'), listing],
  verify: [pull('read the image and its signatures')],
  'scan-gate': [pull('read which platforms the image has'), ...judging],
  attest: [
    pull('read the image'),
    push('add the attestations'),
    ...judging.map((one) => ({ ...one, purpose: `for \`type: vuln\`, ${one.purpose}` })),
  ],
  promote: [pull('read the image'), ...pushing.map((one) => ({ ...one, isElsewhere: true }) as const)],
  'pull-secret': [pull('let the nodes pull with this account')],
  rollout: [pull('find out which digest a tag is')],
  release: [
    pull('read the image'),
    ...pushing,
    listing,
    ...judging,
    { resource: 'tag', action: 'delete', purpose: 'take the quarantine tag away', isOptional: true },
  ],
} as const satisfies Readonly<Record<string, readonly StepPermission[]>>;

/** For which steps each kind of robot account is made. */
export const presetSteps = {
  pull: ['verify'],
  push: ['build', 'push'],
  'push+scan+sign': ['build', 'push', 'sign', 'verify', 'scan-gate', 'attest', 'promote', 'release'],
  deploy: ['verify', 'scan-gate', 'rollout'],
} as const satisfies Readonly<Record<RobotPreset, readonly (keyof typeof stepPermissions)[]>>;

/** What a robot account that makes others needs besides all that these are to have. */
export const brokerPermissions: readonly StepPermission[] = [
  { resource: 'robot', action: 'create', purpose: 'make the robot account of the job' },
  { resource: 'robot', action: 'delete', purpose: 'delete it when the job ends' },
  { resource: 'robot', action: 'read', purpose: 'see in `logout` that it is the one of this job' },
  { resource: 'robot', action: 'list', purpose: 'find what jobs have left', isOptional: true },
  { resource: 'project', action: 'read', purpose: 'find the number of the project for that', isOptional: true },
];

/** The permissions of a kind of robot account, each once. */
export function accessOf(preset: RobotPreset): readonly RobotAccess[] {
  const all: readonly RobotAccess[] = presetSteps[preset].flatMap((step) => [...stepPermissions[step]]);
  const byName = new Map(all.map(({ resource, action }) => [`${resource}:${action}`, { resource, action }]));
  return [...byName.values()];
}
