import { execFile } from 'node:child_process';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Digest, digestOf } from '@harbor-pilot/oci';
import { parseRecord } from '@harbor-pilot/step-kit';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openBundle } from '../../packages/steps/src/bundle/read-bundle.ts';
import { writeBundle } from '../../packages/steps/src/bundle/write-bundle.ts';
import { openShop, type Shop } from '../release/shop.ts';
import { attachedTo, attachSbom } from './attachments.ts';

describeWithPeers('a bundle', ['skopeo'], ({ skopeo }) => {
  it('is an image layout that skopeo reads', async () => {
    const shop = await openShop();
    try {
      const { outputs } = await shop.run('release', { tags: '1.0.0' });
      await shop.run('push', { 'to-bundle': 'app.tar' });
      const image = `oci-archive:${join(shop.workspace, 'app.tar')}:1.0.0`;
      const raw = await promisify(execFile)(skopeo, ['inspect', '--raw', image]);
      expect(digestOf(raw.stdout)).toBe(outputs.digest);
    } finally {
      await shop.close();
    }
  });
});

describe('a bundle for a place without a network', () => {
  let outside: Shop;
  let inside: Shop;
  beforeEach(async () => {
    [outside, inside] = await Promise.all([openShop(), openShop()]);
  });
  afterEach(() => Promise.all([outside.close(), inside.close()]));

  /** Carries a file from one workspace to the other. */
  const carry = (name: string): Promise<void> => copyFile(join(outside.workspace, name), join(inside.workspace, name));

  it.each(['bundle', 'classic'])('carries image, record, SBOM and signatures of the form "%s"', async (format) => {
    const { outputs } = await outside.run('release', { tags: '1.0.0', format });
    const digest = outputs.digest as Digest;
    const sbom = await attachSbom(outside.registry, 'shop/app', digest);
    await outside.run('push', { 'to-bundle': 'app.tar' });
    await carry('app.tar');
    const {
      outputs: imported,
      lines,
      summaries,
    } = await inside.run('push', { 'from-bundle': 'app.tar', image: 'shop/imported' });
    expect(imported).toEqual({ digest, reference: `${inside.harbor.host}/shop/imported@${digest}` });
    expect(lines.join('\n')).toContain('verdict of the gate: passed');
    expect(summaries).toEqual([expect.stringMatching(/shop\/imported \| 1&#46;0\.0 \| promoted .* not verified/)]);
    expect(await inside.registry.resolve('shop/imported', '1.0.0')).toMatchObject({ digest });
    const attached = await attachedTo(inside.registry, 'shop/imported', digest);
    expect(attached).toContain(sbom);
    expect(attached).toEqual(await attachedTo(outside.registry, 'shop/app', digest));
    await inside.run('verify', {
      image: 'shop/imported',
      'public-key': join(outside.workspace, 'cosign.pub'),
      'signed-for': `${outside.harbor.host}/shop/app`,
    });
    const record = parseRecord(await readFile(join(inside.workspace, 'harbor-pilot.json'), 'utf8'));
    const { promotions, ...carried } = record;
    expect(carried).toEqual(await outside.record());
    expect(promotions).toMatchObject([{ from: carried.image, image: `${inside.harbor.host}/shop/imported` }]);
  });

  it('is the same file every time, and can be pushed again', async () => {
    await outside.run('release', { tags: '1.0.0' });
    for (const name of ['a.tar', 'b.tar']) await outside.run('push', { 'to-bundle': name });
    const [a, b] = await Promise.all(['a.tar', 'b.tar'].map((name) => readFile(join(outside.workspace, name))));
    expect(a?.equals(b ?? Buffer.alloc(0))).toBe(true);
    await carry('a.tar');
    for (const tags of ['2.0.0', '2.0.0,latest']) await inside.run('push', { 'from-bundle': 'a.tar', tags });
    expect(await inside.tags()).toEqual(['2.0.0', 'latest']);
  });

  it('that was changed on its way is refused before anything is pushed', async () => {
    await outside.run('release', { tags: '1.0.0' });
    await outside.run('push', { 'to-bundle': 'app.tar' });
    const bytes = await readFile(join(outside.workspace, 'app.tar'));
    bytes[bytes.indexOf('"verdict": "passed"') + '"verdict": "'.length] = 'P'.charCodeAt(0);
    await writeFile(join(inside.workspace, 'app.tar'), bytes);
    await expect(inside.run('push', { 'from-bundle': 'app.tar' })).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
      message: expect.stringContaining('harbor-pilot.json'),
    });
    expect(await inside.tags().catch(() => [])).toEqual([]);
  });

  it('brings the tag along that it was made of, and no control characters into the log', async () => {
    await outside.run('build');
    await outside.run('push', { tags: '1.0.0' });
    await rm(join(outside.workspace, 'harbor-pilot.json'));
    await outside.run('push', { image: 'shop/app:1.0.0', 'to-bundle': 'app.tar' });
    await carry('app.tar');
    await inside.run('push', { 'from-bundle': 'app.tar' });
    expect(await inside.tags()).toEqual(['1.0.0']);
    const bundle = await openBundle(join(outside.workspace, 'app.tar'), new AbortController().signal);
    const record = { ...bundle.record, image: 'evil\n::stop-commands::x\u001b[31m' };
    await writeBundle(join(inside.workspace, 'evil.tar'), { ...bundle, record }, new AbortController().signal);
    const { lines } = await inside.run('push', { 'from-bundle': 'evil.tar', tags: 'evil' });
    expect(lines.filter((line) => /\p{C}/u.test(line))).toEqual([]);
  });

  it('says when there is no verdict, and takes one source at a time', async () => {
    await outside.run('build');
    await outside.run('push', { tags: '1.0.0' });
    const { lines } = await outside.run('push', { 'to-bundle': 'app.tar' });
    expect(lines.join('\n')).toContain('warning: the bundle has no verdict of a gate');
    await expect(outside.run('push', { 'to-bundle': 'app.tar', 'from-bundle': 'app.tar' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
  });
});
