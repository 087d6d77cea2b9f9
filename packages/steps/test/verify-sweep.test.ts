import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Harbor } from '@harbor-pilot/harbor';
import { type Descriptor, formatIndex, formatManifest, mediaTypes } from '@harbor-pilot/oci';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { byKey } from '../../sign/test/by-key.ts';
import { imageManifest } from '../../sign/test/image-manifest.ts';
import { memoryRegistry } from '../../sign/test/memory-registry.ts';
import { promoteStep, rolloutStep, verifyStep } from '../src/index.ts';
import { mapInOrder } from '../src/verify/in-order.ts';
import { sweepProject } from '../src/verify/sweep.ts';
import { captureRuntime } from './runtime.ts';
import { startVerifyWorld, type VerifyWorld } from './verify-world.ts';

let world: VerifyWorld;
beforeAll(async () => {
  world = await startVerifyWorld();
});
afterAll(() => world.close());

const sweep = (inputs: Readonly<Record<string, string>> = {}) =>
  world.run(verifyStep, { all: 'shop', 'public-key': 'trusted.pub', ...inputs });

describe('a sweep of a project', () => {
  it('finds in every repository what is not signed as it should be', async () => {
    const good = await world.push('shop/app', '1.0', 2);
    await world.sign('shop/app', good);
    const other = await world.push('shop/app', '2.0');
    await world.sign('shop/app', other, { signer: world.stranger });
    await world.push('shop/team/web', 'latest');
    const [index] = await world.push('shop/team/web', 'multi', 2);
    await world.sign('shop/team/web', [index], { format: 'classic' });
    await world.push('shop/team/web');
    await world.push('shop/app', `sha256-${'a'.repeat(64)}.att`);
    const { error, runtime, log } = await sweep();
    expect(error).toMatchObject({
      code: 'SIGNATURE_INVALID',
      exitCode: 5,
      message: `3 images of ${world.host}/shop do not count as signed: 1 signed by someone else, 1 not signed, 1 signed only on the index, 1 signed`,
    });
    expect(runtime.outputs).toMatchObject({ verdict: 'refused', 'refused-count': '3' });
    expect(runtime.outputs).not.toHaveProperty('digest');
    const report = await world.report();
    expect(report).toMatchObject({
      scope: 'project',
      subject: `${world.host}/shop`,
      verdict: 'refused',
      counts: { signed: 1, 'another-signer': 1, 'not-signed': 1, 'index-only': 1 },
      warnings: [
        'not verified: 1 image without a tag; "untagged" takes them in',
        'not verified: 1 artifact with no tags but those of signatures and attestations',
      ],
    });
    expect(
      report.images.map(({ image, tags, state }) => [image.replace(`${world.host}/`, ''), tags[0], state]).sort(),
    ).toEqual([
      ['shop/app', '1.0', 'signed'],
      ['shop/app', '2.0', 'another-signer'],
      ['shop/team/web', 'latest', 'not-signed'],
      ['shop/team/web', 'multi', 'index-only'],
    ]);
    expect(log).toMatch(/✗ signed only on the index: .*shop\/team\/web \(multi\)/);
    expect(log).not.toMatch(/signed: .*shop\/app \(1\.0\)/);
    expect(runtime.summaries.join('')).toContain('shop/team/web');
    const markdown = await readFile(join(world.folder, '.harbor-pilot/verify/verify-report.md'), 'utf8');
    expect(runtime.summaries).toEqual([markdown]);
  });

  it('verifies what has no tag when that is asked for', async () => {
    const { error } = await sweep({ untagged: 'true' });
    expect(error).toMatchObject({ message: expect.stringContaining('2 not signed') });
  });

  it('is content with a project that has no images', async () => {
    const { error, runtime } = await sweep({ all: 'empty', 'verify-formats': 'none' });
    expect(error).toBeUndefined();
    expect(runtime.outputs).toMatchObject({ verdict: 'verified', 'refused-count': '0' });
    expect(runtime.outputs).not.toHaveProperty('verify-reports');
  });

  it('takes an account that may only pull and list, also where Harbor gives out signed images only', async () => {
    const access = [
      { resource: 'repository', action: 'pull' },
      { resource: 'repository', action: 'list' },
      { resource: 'artifact', action: 'list' },
    ];
    const robot = await world.harbor.createRobot({ name: 'sweep', project: 'shop', durationDays: 1, access });
    const account = { username: robot.name, password: robot.secret };
    expect((await sweep(account)).error).toMatchObject({ code: 'SIGNATURE_INVALID' });

    await world.harbor.ensureProject('strict', { enable_content_trust_cosign: 'true' });
    const [index, ...images] = await world.push('strict/app', '1.0', 2);
    const strict = await world.harbor.createRobot({ name: 'sweep', project: 'strict', durationDays: 1, access });
    const puller = { all: 'strict', username: strict.name, password: strict.secret };
    expect((await sweep(puller)).error).toMatchObject({ details: { state: 'not-signed' } });
    await world.sign('strict/app', [index]);
    expect((await sweep(puller)).error).toMatchObject({ details: { state: 'index-only' } });
    await world.sign('strict/app', [...images, index]);
    expect((await sweep(puller)).error).toBeUndefined();
  });

  it('is not fooled by images with tags of attestations', async () => {
    await world.harbor.ensureProject('odd');
    const [image] = await world.push('odd/app');
    const { config } = JSON.parse(String(await world.registry.source('odd/app').read(image)));
    const layers = [{ ...config, mediaType: mediaTypes.ociLayerGzip }];
    const runnable = formatManifest({ mediaType: mediaTypes.ociManifest, config, layers });
    await world.registry.pushManifest('odd/app', runnable, `sha256-${'b'.repeat(64)}.att`);
    const index = formatIndex({ mediaType: mediaTypes.ociIndex, manifests: [image] });
    await world.registry.pushManifest('odd/app', index, `sha256-${'b'.repeat(64)}`);
    expect((await sweep({ all: 'odd' })).error).toMatchObject({
      code: 'SIGNATURE_MISSING',
      message: expect.stringContaining('2 not signed') as unknown,
    });
  });

  it('leaves out what is gone by then, but not what lacks a part', async () => {
    const registry = memoryRegistry();
    const ofIndexes = (...manifests: Descriptor[]) => formatIndex({ mediaType: mediaTypes.ociIndex, manifests });
    const lacking = ofIndexes(ofIndexes().descriptor);
    await registry.pushManifest('shop/app', lacking);
    const gone = [imageManifest('gone'), ofIndexes(imageManifest('gone').descriptor)];
    const artifacts = [lacking, ...gone].map(({ descriptor }) => ({ ...descriptor, tags: ['1.0'] }));
    const harbor = {
      repositories: () => Readable.from(['app']),
      artifacts: () => Readable.from(artifacts),
    } as unknown as Harbor;
    const leftOut = { belonging: 0, untagged: 0 };
    const place = { harbor, registry, project: 'shop', untagged: false };
    const terms = { ...byKey(world.trusted), signedFor: undefined, annotations: {}, attestations: [] };
    const reported = { signers: [], rules: [], waivers: [] };
    const runtime = captureRuntime(world.folder);
    const verified = sweepProject(place, { ...terms, reported, warnings: [] }, leftOut, runtime);
    expect(await Array.fromAsync(verified)).toMatchObject([{ digest: lacking.descriptor.digest, state: 'tampered' }]);
  });

  it('needs a project that is there', async () => {
    expect((await sweep({ all: 'nowhere' })).error).toMatchObject({ code: 'PROJECT_UNAVAILABLE' });
  });
});

describe('steps that verify before they act', () => {
  it('promote nothing that does not count as signed', async () => {
    await world.push('shop/unsigned', '1.0');
    const { error } = await world.run(promoteStep, {
      image: 'shop/unsigned:1.0',
      to: 'prod/app',
      'public-key': 'trusted.pub',
    });
    expect(error).toMatchObject({ code: 'SIGNATURE_MISSING' });
    expect(await world.harbor.hasRepository('prod', 'app')).toBe(false);
  });

  it('roll out nothing that does not, by a policy file too', async () => {
    await mkdir(join(world.folder, 'ci'), { recursive: true });
    await writeFile(join(world.folder, 'ci/policy.yml'), 'public-key: ../trusted.pub\n');
    await writeFile(join(world.folder, 'kubeconfig'), 'clusters: []\n');
    const common = { image: 'shop/unsigned:1.0', workload: 'deployment/a', kubeconfig: 'kubeconfig' };
    const { error } = await world.run(rolloutStep, { ...common, 'verify-policy': 'ci/policy.yml' });
    expect(error).toMatchObject({ code: 'SIGNATURE_MISSING' });
    const signed = await world.push('shop/rolled', '1.0');
    await world.sign('shop/rolled', signed);
    const next = await world.run(rolloutStep, {
      ...common,
      image: 'shop/rolled:1.0',
      'verify-policy': 'ci/policy.yml',
    });
    expect(next.error).not.toMatchObject({ code: expect.stringMatching(/^SIGNATURE/) });
    expect(next.log).toContain('✓ Verified');
  });
});

describe('work on many items', () => {
  async function* numbers(count: number, taken: number[]): AsyncGenerator<number> {
    for (let number = 0; number < count; number++) {
      taken.push(number);
      yield number;
    }
  }

  it('keeps their order, and takes no more of them than are worked on', async () => {
    const taken: number[] = [];
    const results: number[] = [];
    let most = 0;
    for await (const result of mapInOrder(numbers(20, taken), 4, async (number) => {
      for (let turns = 20 - number; turns > 0; turns--) await Promise.resolve();
      return number;
    })) {
      results.push(result);
      most = Math.max(most, taken.length - results.length);
    }
    expect(results).toEqual(Array.from({ length: 20 }, (_, number) => number));
    expect(most).toBeLessThanOrEqual(4);
  });

  it('ends at the first error, when what is under way has ended', async () => {
    let running = 0;
    const all = Array.fromAsync(
      mapInOrder(numbers(20, []), 4, async (number) => {
        running += 1;
        await Promise.resolve();
        running -= 1;
        if (number === 2) throw new Error('two');
        return number;
      }),
    );
    await expect(all).rejects.toThrow('two');
    expect(running).toBe(0);
  });
});
