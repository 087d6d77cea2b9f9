import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '@harbor-pilot/testkit';
import { expect, it } from '@jest/globals';
import { randomImage, randomIndex } from '../../packages/registry/test/images.ts';
import { randomBlob } from './content.ts';
import type { FaultStage } from './stage.ts';

const putBlob = { method: 'PUT', path: /\/blobs\/uploads\// };
const putManifest = { method: 'PUT', path: /\/manifests\// };

const refusal = (status: number, code: string, message: string): Fault => ({
  kind: 'answer',
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ errors: [{ code, message }] }),
});

/** Rows 19 and 22 to 24: refusals that a retry does not heal, each with its own meaning. */
export function refusalRows(stage: () => FaultStage): void {
  it.each([
    [
      'row 19: a full disk',
      refusal(500, 'UNKNOWN', 'filesystem: write /var/lib/registry: Err:28'),
      'REGISTRY_UNAVAILABLE',
      4,
    ],
    ['row 19: a full store', refusal(507, 'UNKNOWN', '/var/lib/registry'), 'REGISTRY_UNAVAILABLE', 4],
    ['row 22: an immutable tag', refusal(412, 'PRECONDITION', "'app:v1' configured as immutable."), 'TAG_IMMUTABLE', 7],
    ['row 23: a pull policy', refusal(412, 'PROJECTPOLICYVIOLATION', 'not signed by cosign'), 'PULL_REFUSED', 5],
    ['row 23: content in use', refusal(412, 'VIOLATE_FOREIGN_KEY_CONSTRAINT', 'foreign key'), 'CONTENT_IN_USE', 7],
    ['row 23: another precondition', refusal(412, 'PRECONDITION', 'something else'), 'STATE_CONFLICT', 7],
    [
      'row 24: a quota',
      refusal(403, 'DENIED', 'adding 9 KiB of storage resource, which when updated to'),
      'QUOTA_EXCEEDED',
      7,
    ],
    ['row 24: read-only mode', refusal(403, 'DENIED', 'The system is in read only mode.'), 'REGISTRY_READ_ONLY', 7],
    [
      'row 24: a proxy project',
      refusal(403, 'DENIED', 'can not push artifact to a proxy project: c'),
      'PROJECT_IS_PROXY',
      7,
    ],
    [
      'row 24: a missing project',
      refusal(401, 'UNAUTHORIZED', 'project x not found: project x not found'),
      'PROJECT_UNAVAILABLE',
      3,
    ],
    [
      'row 24: a body limit',
      { kind: 'answer', status: 413, body: '<html>413</html>' } as const,
      'CONTENT_TOO_LARGE',
      7,
    ],
  ])('%s has its own code, cause and hint', async (_, fault, code, exitCode) => {
    const { registry } = stage().connect();
    for (const rule of [putBlob, putManifest]) stage().proxy.inject({ ...rule, times: 100, fault });
    const { root, source } = randomImage(1, 500);
    const repository = stage().repository();
    const pushed = registry.pushImage(repository, root.descriptor, source, { tags: ['v1'] });
    // Without tokens a 401 may mean the password, too.
    const isBasic = stage().kind === 'distribution' && code === 'PROJECT_UNAVAILABLE';
    await expect(pushed).rejects.toMatchObject({
      code: isBasic ? 'AUTH_FAILED' : code,
      exitCode,
      hint: expect.stringMatching(/\w{3}/),
      message: expect.not.stringContaining('/var/lib'),
    });
    // Two blobs at a time, each once; once more with a new token, or until the tries are spent.
    const tries = stage().proxy.requests.filter(
      ({ method, path }) => method === 'PUT' && path.includes(repository),
    ).length;
    expect(tries).toBeLessThanOrEqual({ REGISTRY_UNAVAILABLE: 8, PROJECT_UNAVAILABLE: 4 }[code as string] ?? 2);
  });
}

/** Rows 20, 25 and 26: pushes that end in the middle. */
export function interruptionRows(stage: () => FaultStage): void {
  it('row 20: an upload that is aborted is cancelled at once', async () => {
    const controller = new AbortController();
    const { registry } = stage().connect({ signal: controller.signal });
    const reason = new Error('cancelled');
    const before = () => delay(100).then(() => controller.abort(reason));
    stage().proxy.inject({ ...putBlob, before, fault: { kind: 'stall', side: 'request', afterBytes: 1000 } });
    const begin = performance.now();
    await expect(registry.pushBlob(stage().repository(), randomBlob(3_000_000).source)).rejects.toBe(reason);
    expect(performance.now() - begin).toBeLessThan(5000);
    expect(stage().proxy.requests.at(-1)).toMatchObject({
      method: 'DELETE',
      path: expect.stringContaining('/uploads/'),
    });
  });

  it.each([0, 1, 2])('row 25: an index whose manifest %i is refused leaves the tag where it was', async (skip) => {
    const repository = stage().repository();
    const first = randomImage(1, 10);
    await stage().direct.pushImage(repository, first.root.descriptor, first.source, { tags: ['v1'] });
    const { root, source } = randomIndex();
    stage().proxy.inject({ ...putManifest, skip, times: 100, fault: refusal(403, 'DENIED', 'denied') });
    const { registry } = stage().connect();
    await expect(registry.pushImage(repository, root.descriptor, source, { tags: ['v1'] })).rejects.toMatchObject({
      code: 'AUTH_DENIED',
    });
    expect(await stage().direct.resolve(repository, 'v1')).toEqual(first.root.descriptor);
    expect(await stage().direct.find(repository, root.descriptor.digest)).toBeUndefined();
  });

  it('row 26: a push that failed uploads only what is missing when it is run again', async () => {
    const [repository, { root, source, layers }] = [stage().repository(), randomImage(5, 20_000)];
    const push = () =>
      stage()
        .connect()
        .registry.pushImage(repository, root.descriptor, source, { tags: ['v1'] });
    const uploads = () => stage().proxy.requests.filter(({ method }) => method === 'PUT');
    stage().proxy.inject({ ...putBlob, skip: 3, times: 100, fault: refusal(403, 'DENIED', 'denied') });
    await expect(push()).rejects.toMatchObject({ code: 'AUTH_DENIED' });
    expect(await stage().direct.find(repository, 'v1')).toBeUndefined();
    const there = await Promise.all(
      layers.map(({ descriptor }) => stage().direct.hasBlob(repository, descriptor.digest)),
    );
    stage().proxy.reset();
    await push();
    // The missing layers, perhaps the config, and the manifest.
    const missing = there.filter((isThere) => !isThere).length;
    expect(uploads().length - 1 - missing).toBeLessThanOrEqual(1);
    expect(await stage().direct.resolve(repository, 'v1')).toEqual(root.descriptor);
    stage().proxy.reset();
    await push();
    expect(uploads()).toEqual([]);
    expect(stage().proxy.requests.filter(({ path }) => path.includes(repository)).length).toBeLessThanOrEqual(2);
  });
}

/** Row 21: two jobs that push the same tag. */
export function raceRows(stage: () => FaultStage): void {
  const race = async (rule: { readonly method: string; readonly path: RegExp; readonly skip: number }) => {
    const repository = stage().repository();
    const [first, mine, theirs] = [randomImage(1, 10), randomImage(1, 10), randomImage(1, 10)];
    const { direct } = stage();
    await direct.pushImage(repository, first.root.descriptor, first.source, { tags: ['v1'] });
    const before = async () => {
      await direct.pushImage(repository, theirs.root.descriptor, theirs.source, { tags: ['v1'] });
    };
    stage().proxy.inject({ ...rule, before, fault: { kind: 'delay', milliseconds: 0 } });
    const pushed = stage()
      .connect()
      .registry.pushImage(repository, mine.root.descriptor, mine.source, { tags: ['v1'] });
    await expect(pushed).rejects.toMatchObject({
      code: 'TAG_MOVED',
      exitCode: 7,
      message: expect.stringContaining(theirs.root.descriptor.digest),
    });
    expect(await direct.resolve(repository, 'v1')).toEqual(theirs.root.descriptor);
    expect(await direct.find(repository, mine.root.descriptor.digest)).toEqual(
      rule.method === 'HEAD' ? mine.root.descriptor : undefined,
    );
  };

  it('row 21: a tag that another job moves during the push is left to it', () => race({ ...putBlob, skip: 0 }));

  it('row 21: a tag that another job moves just after it was set is noticed', () =>
    race({ method: 'HEAD', path: /manifests\/v1/, skip: 2 }));
}
