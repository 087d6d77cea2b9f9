import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findAttached, type Registry } from '@harbor-pilot/registry';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PushedImage } from '../../packages/gate/test/harbor-world.ts';
import { openStage, type SigningStage } from './signing-stage.ts';

describe('a signed index that is copied from Harbor 2.15 to 2.14', () => {
  let newer: SigningStage;
  let older: SigningStage;
  beforeAll(async () => {
    [newer, older] = await Promise.all([openStage('2.15'), openStage('2.14')]);
    const { username, password } = older.world.administrator;
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    await mkdir(join(newer.workspace, '.docker'));
    const config = JSON.stringify({ auths: { [older.world.host]: { auth } } });
    await writeFile(join(newer.workspace, '.docker/config.json'), config);
  });
  afterAll(async () => {
    await newer?.close();
    await older?.close();
  });

  /** Signs in a form and promotes to a project of the other Harbor that gives out signed images only. */
  const promote = async (format: string): Promise<{ source: PushedImage; copy: PushedImage; lines: string[] }> => {
    const source = await newer.world.push(await newer.world.project(), 'index');
    await newer.run('sign', source, { format });
    const project = await older.world.project({ enable_content_trust_cosign: 'true' });
    const copy: PushedImage = { ...source, project };
    const { lines } = await newer.run('promote', source, {
      to: `${older.world.host}/${project}/${source.repository}`,
      tags: 'v1',
      'ca-certificate': `${newer.world.caCertificate}\n${older.world.caCertificate}`,
    });
    return { source, copy, lines };
  };
  const attachedTo = async (
    registry: Registry,
    { project, repository }: PushedImage,
    stage: SigningStage,
    of: PushedImage,
  ) =>
    (await findAttached(registry, `${project}/${repository}`, stage.digestsOf(of)))
      .map(({ descriptor, tag }) => [descriptor.digest, tag])
      .sort();
  const pullable = async (image: PushedImage) =>
    Promise.all(older.digestsOf(image).map((digest) => older.world.isPullable(image, digest)));

  it.each([
    ['classic', 3, true],
    ['bundle', 3, false],
    ['both', 6, true],
  ] as const)(
    'in the form "%s" keeps all signatures, and is warned of if need be',
    async (format, count, isRecognised) => {
      const { source, copy, lines } = await promote(format);
      const there = await attachedTo(older.world.registry(), copy, older, copy);
      expect(there).toHaveLength(count);
      expect(there).toEqual(await attachedTo(newer.world.registry(), source, newer, source));
      expect(await pullable(copy)).toEqual([isRecognised, isRecognised, isRecognised]);
      const warning = /^warning: Harbor v2\.14\.4.* does not recognise the copied signatures of 3 digests/;
      expect(lines.some((line) => warning.test(line))).toBe(!isRecognised);
    },
  );

  it('in a file is warned of, too', async () => {
    const source = await newer.world.push(await newer.world.project(), 'index');
    await newer.run('sign', source);
    await newer.run('push', source, { 'to-bundle': 'image.tar' });
    const copy: PushedImage = { ...source, project: await older.world.project() };
    const from = join(newer.workspace, 'image.tar');
    const { lines } = await older.run('push', copy, { 'from-bundle': from, tags: 'v1' });
    expect(lines).toContainEqual(
      expect.stringMatching(/^warning: Harbor v2\.14\.4.* the copied signatures of 3 digests/),
    );
  });

  it('is recognised after it was signed there again, and has both signatures', async () => {
    const { source, copy } = await promote('bundle');
    const { outputs } = await older.run('sign', copy);
    expect(outputs.format).toBe('classic');
    expect(await pullable(copy)).toEqual([true, true, true]);
    expect(await attachedTo(older.world.registry(), copy, older, copy)).toHaveLength(6);
    await older.run('verify', copy);
    const theirs = { 'public-key': join(newer.workspace, 'ours.pub'), 'signed-for': nameOf(source) };
    await older.run('verify', copy, theirs);
  });

  const nameOf = ({ project, repository }: PushedImage): string => `${newer.world.host}/${project}/${repository}`;
});
