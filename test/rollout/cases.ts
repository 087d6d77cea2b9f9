import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { failureCases } from './failure-cases.ts';
import { refusalCases } from './refusal-cases.ts';
import { successCases } from './success-cases.ts';
import { createWorld, type Stage, type World } from './world.ts';

/** Cases by title; they run in their order, in one namespace. */
export type Cases = Readonly<Record<string, (world: World) => Promise<void>>>;

const groups: Readonly<Record<string, Cases>> = {
  succeeds: successCases,
  fails: failureCases,
  'changes nothing': refusalCases,
};

/** Tests of the rollout that any cluster has to pass: the embedded one and a real control plane. */
export function rolloutCases(stage: () => Stage): void {
  for (const [title, cases] of Object.entries(groups)) rolloutGroup(title, cases, stage);
}

/** Some tests that share a namespace. */
export function rolloutGroup(title: string, cases: Cases, stage: () => Stage): void {
  describe(title, () => {
    let world: World;
    beforeAll(async () => {
      world = await createWorld(stage());
    });
    afterAll(() => world.api.close());
    for (const [name, run] of Object.entries(cases)) it(name, () => run(world), 30_000);
  });
}
