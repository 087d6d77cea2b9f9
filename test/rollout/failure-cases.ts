import { rollOut, rolloutPartOf } from '@harbor-pilot/rollout';
import { expect } from '@jest/globals';
import type { Cases } from './cases.ts';
import { failureOf, imageOf } from './world.ts';

const nowhere = { pod: { nodeSelector: { nowhere: 'true' } } };

/** Rollouts that fail after something was changed. */
export const failureCases: Cases = {
  'and deletes what it created': async ({ stage, unpullable, live }) => {
    const error = await failureOf(rollOut(unpullable()));
    expect(error.code).toBe('ROLLOUT_FAILED');
    expect(error.hint).toMatch(stage.unpullableHint);
    expect(rolloutPartOf(error)).toMatchObject({ outcome: 'undone', workloads: [{ readyReplicas: 0, replicas: 0 }] });
    expect((await live()).code).toBe(404);
  },

  'and puts back what was there, when no node can pull the image': async (world) => {
    const { stage, options, unpullable, live, pods } = world;
    await rollOut(options(stage.first));
    const error = await failureOf(rollOut(unpullable()));
    const part = rolloutPartOf(error);
    expect(error.hint).toMatch(stage.unpullableHint);
    expect(part).toMatchObject({
      outcome: 'undone',
      workloads: [{ revisionBefore: 1, revision: 3, readyReplicas: 2 }],
    });
    expect(part?.reasons.join('\n')).toMatch(/pod\/hello-\S+ \(container hello\): (?:ErrImagePull|ImagePullBackOff): /);
    expect(part?.durationSeconds).toBeLessThan(15);
    const after = await live();
    expect(imageOf(after)).toBe(`${stage.image}@${stage.first}`);
    expect(after.status).toMatchObject({ replicas: 2, updatedReplicas: 2, availableReplicas: 2 });
    expect((await pods()).map((pod) => pod.spec.containers[0].image)).toEqual(
      Array(2).fill(`${stage.image}@${stage.first}`),
    );
  },

  'and leaves it when it must not be undone': async ({ stage, unpullable, live }) => {
    const error = await failureOf(rollOut(unpullable({ undoOnFailure: false })));
    expect(rolloutPartOf(error)?.outcome).toBe('failed');
    expect(imageOf(await live())).toBe(`${stage.image}@${stage.unpullable}`);
  },

  'and goes back to the revision before when the digest was there already': async ({ stage, unpullable, live }) => {
    const error = await failureOf(rollOut(unpullable()));
    expect(rolloutPartOf(error)?.outcome).toBe('undone');
    expect(imageOf(await live())).toBe(`${stage.image}@${stage.first}`);
  },

  'and is healed by a good digest': async ({ stage, options, unpullable }) => {
    await failureOf(rollOut(unpullable({ undoOnFailure: false })));
    expect((await rollOut(options(stage.second))).outcome).toBe('complete');
  },

  'when the Deployment misses its progress deadline': async ({ stage, manifest, options, live }) => {
    const manifests = [manifest({ ...nowhere, progressDeadlineSeconds: 2 })];
    const error = await failureOf(rollOut(options(stage.first, { manifests })));
    expect(error.message).toContain('ProgressDeadlineExceeded');
    const part = rolloutPartOf(error);
    expect(part?.outcome).toBe('undone');
    expect(part?.reasons.join('\n')).toContain('Unschedulable');
    expect(imageOf(await live())).toBe(`${stage.image}@${stage.second}`);
  },

  'when our own time is over, with what there is to say': async ({ stage, manifest, options }) => {
    const error = await failureOf(rollOut(options(stage.first, { manifests: [manifest(nowhere)], timeoutSeconds: 2 })));
    expect(error.message).toContain('not whole after 2 s');
    expect(rolloutPartOf(error)?.reasons.join('\n')).toContain('Unschedulable');
  },

  'without undoing when somebody else rolls out meanwhile': async (world) => {
    const { stage, api, namespace, manifest, options, live } = world;
    const image = `${stage.image}:theirs`;
    const theirs = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: image }];
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/hello`;
    const progress = ({ message }: { message: string }): void => {
      if (message === 'applied') void api.need('PATCH', path, theirs, 'application/json-patch+json');
    };
    const error = await failureOf(rollOut(options(stage.first, { manifests: [manifest(nowhere)], progress })));
    expect(error.message).toContain('somebody else changed it meanwhile');
    expect(imageOf(await live())).toBe(image);
  },

  'by an interruption, which leaves the cluster as it is': async ({ stage, manifest, options, live }) => {
    const controller = new AbortController();
    const reason = new Error('stop');
    const progress = ({ message }: { message: string }): void => {
      if (message.includes('of 2 new replicas')) controller.abort(reason);
    };
    const running = rollOut(
      options(stage.first, { manifests: [manifest(nowhere)], signal: controller.signal, progress }),
    );
    expect(await running.catch((error: unknown) => error)).toBe(reason);
    expect(imageOf(await live())).toBe(`${stage.image}@${stage.first}`);
    expect(rolloutPartOf(reason)?.reasons).toEqual(['interrupted: the cluster is left as it is']);
  },
};
