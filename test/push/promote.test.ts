import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '@harbor-pilot/oci';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { attachedTo, attachSbom } from './attachments.ts';
import { type Neighbours, openNeighbours } from './neighbour.ts';

describe('a promotion', () => {
  let neighbours: Neighbours;
  beforeEach(async () => {
    neighbours = await openNeighbours();
  });
  afterEach(() => neighbours.close());

  it.each(['bundle', 'classic'])('takes signatures of the form "%s" and all else along by digest', async (format) => {
    const { shop, other, certificates } = neighbours;
    const { outputs } = await shop.run('release', { tags: '1.0.0', format });
    const digest = outputs.digest as Digest;
    const sbom = await attachSbom(shop.registry, 'shop/app', digest);
    const to = { to: `production/app\n${other.harbor.host}/shop/app:stable`, 'ca-certificate': certificates };
    const promoted = await shop.run('promote', to);
    expect(promoted.outputs).toEqual({ digest, reference: `${shop.harbor.host}/production/app@${digest}` });
    expect(promoted.summaries).toEqual([expect.stringMatching(/^\| .*production\/app \| 1&#46;0\.0 \| promoted /m)]);
    const places = [
      [shop.registry, 'production/app', '1.0.0'],
      [other.registry, 'shop/app', 'stable'],
    ] as const;
    for (const [registry, repository, tag] of places) {
      expect(await registry.resolve(repository, tag)).toMatchObject({ digest });
      const attached = await attachedTo(registry, repository, digest);
      expect(attached).toContain(sbom);
      expect(attached).toEqual(await attachedTo(shop.registry, 'shop/app', digest));
    }
    const verify = { image: 'production/app', digest, 'signed-for': `${shop.harbor.host}/shop/app` };
    expect((await shop.run('verify', verify)).outputs.digest).toBe(digest);
    const { promotions } = await shop.record();
    expect(promotions).toMatchObject([
      { from: `${shop.harbor.host}/shop/app`, image: `${shop.harbor.host}/production/app`, tags: ['1.0.0'] },
      { image: `${other.harbor.host}/shop/app`, tags: ['stable'], verified: true },
    ]);
    expect(promotions?.[0]).toMatchObject({ pushedBlobs: 0, sentBytes: 0 });
    expect(promotions?.[1]).toMatchObject({ mountedBlobs: 0, referrers: promotions?.[0]?.referrers });
  });

  it('can be done again, with immutable tags too, and goes on from there with the same record', async () => {
    const { shop } = neighbours;
    const { outputs } = await shop.run('release', { tags: '1.0.0' });
    // A project that gives out nothing that is not signed, scanned and free of vulnerabilities.
    const strict = { enable_content_trust_cosign: 'true', prevent_vul: 'true', severity: 'low' };
    await shop.api.ensureProject('archive', strict);
    await shop.send('POST', '/projects/production/immutabletagrules', {
      tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: '**' }],
      scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
      action: 'immutable',
      template: 'immutable_template',
    });
    for (const _ of [1, 2]) await shop.run('promote', { to: 'production/app' });
    expect((await shop.record()).promotions).toHaveLength(1);
    const onwards = { image: 'production/app', to: 'archive/app', 'signed-for': `${shop.harbor.host}/shop/app` };
    for (const _ of [1, 2]) await shop.run('promote', onwards);
    expect(await shop.api.artifact('archive', 'app', '1.0.0')).toMatchObject({ digest: outputs.digest });
    const record = await shop.record();
    expect(record).toMatchObject({ image: `${shop.harbor.host}/shop/app`, gate: { verdict: 'passed' } });
    expect(record.promotions?.map(({ from, image }) => [from, image].map((name) => name.split('/')[1]))).toEqual([
      ['shop', 'production'],
      ['production', 'archive'],
    ]);
  });

  it('of an image that is not signed, or by somebody else, copies nothing', async () => {
    const { shop, other } = neighbours;
    await shop.run('build');
    await shop.run('push', { tags: '1.0.0' });
    const isPromoted = async (): Promise<boolean> =>
      (await shop.registry.find('production/app', '1.0.0').catch(() => undefined)) !== undefined;
    await expect(shop.run('promote', { to: 'production/app', tags: '1.0.0' })).rejects.toMatchObject({
      code: 'SIGNATURE_MISSING',
      exitCode: 5,
    });
    await shop.run('sign');
    const foreign = await readFile(join(other.workspace, 'cosign.pub'), 'utf8');
    expect(foreign).not.toBe(shop.publicKey);
    const strange = { to: 'production/app', tags: '1.0.0', 'public-key': join(other.workspace, 'cosign.pub') };
    await expect(shop.run('promote', strange)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID', exitCode: 5 });
    expect(await isPromoted()).toBe(false);
    await shop.run('promote', { to: 'production/app', tags: '1.0.0' });
    expect(await isPromoted()).toBe(true);
  });

  it('is of the record while its tag is still to come, and of no tag that nobody sets', async () => {
    const { shop } = neighbours;
    const { outputs } = await shop.run('build');
    const onwards = { image: 'shop/app:1.0.0', to: 'production/app', 'public-key': '' };
    await shop.run('push');
    expect((await shop.run('promote', onwards)).outputs.digest).toBe(outputs.digest);
    await shop.run('push', { tags: '1.0.0' });
    for (const [step, inputs] of [
      ['promote', { ...onwards, image: 'shop/app:2.0.0' }],
      ['push', { image: 'shop/app:2.0.0', 'to-bundle': 'app.tar' }],
      ['sign', { image: 'shop/app:2.0.0' }],
    ] as const) {
      await expect(shop.run(step, inputs)).rejects.toMatchObject({ code: 'REFERENCE_NOT_FOUND' });
    }
  });

  it('must have a tag, and another repository', async () => {
    const { shop } = neighbours;
    await shop.run('build');
    await shop.run('push');
    for (const inputs of [{ to: 'production/app' }, { to: 'shop/app', tags: '1' }, { to: 'production/app', tags: '!' }])
      await expect(shop.run('promote', inputs)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});
