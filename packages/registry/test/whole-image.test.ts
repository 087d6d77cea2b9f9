import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { emptyContent, mediaTypes } from '@harbor-pilot/oci';
import { findAttached, parseClassicTag, pushWhole, readWhole } from '@harbor-pilot/registry';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type HarborUnderTest, harborUnderTest } from '../../harbor/test/harbor-under-test.ts';
import { copyCases } from './copy-cases.ts';
import { randomImage, referrerOf } from './images.ts';
import { type RunningRegistry, startDockerRegistry } from './peers.ts';
import { scriptedRegistry } from './scripted-registry.ts';

const project = `copies-${randomBytes(4).toString('hex')}`;

describeWithPeers('copies', ['docker-registry'], (paths) => {
  let distribution: RunningRegistry;
  let harbor: HarborUnderTest;
  beforeAll(async () => {
    distribution = await startDockerRegistry(paths['docker-registry']);
    harbor = await harborUnderTest();
    await harbor.harbor().ensureProject(project);
  }, 30_000);
  afterAll(async () => {
    await distribution?.close();
    await harbor?.close();
  });
  const asRunning = (): RunningRegistry => ({
    host: harbor.host,
    connect: (credentials) => harbor.registry(credentials),
    close: async () => undefined,
  });

  describe('within a registry without a referrers API', () => copyCases(() => distribution, 'acme'));
  describe('within Harbor', () => copyCases(asRunning, project));

  it('from a registry without a referrers API to Harbor and back keep what belongs to the image', async () => {
    const [there, here] = [distribution.connect(), harbor.registry()];
    const [first, second, third] = ['acme/round', `${project}/round`, 'acme/round-again'];
    const { root, source } = randomImage(2, 5000);
    await there.pushImage(first, root.descriptor, source, { tags: ['v1'] });
    const note = referrerOf(root.descriptor, 'application/vnd.test+json');
    await there.pushBlob(first, {
      descriptor: emptyContent.descriptor,
      open: async () => Readable.from([emptyContent.bytes]),
    });
    await there.pushReferrer(first, note);
    const image = root.descriptor;
    await pushWhole(here, second, await readWhole(there, first, image), { tags: ['v1'] });
    await pushWhole(there, third, await readWhole(here, second, image), { tags: ['v1'] });
    const whole = await readWhole(there, third, image);
    expect(whole.attached).toMatchObject([{ descriptor: { digest: note.descriptor.digest } }]);
    expect(await there.resolve(third, 'v1')).toEqual(image);
  });
});

describe('what belongs to an image', () => {
  it.each([404, 400, 406])('is not what a list names that was deleted (no referrers API: %i)', async (noApi) => {
    const { root } = randomImage(1, 100);
    const [kept, deleted] = ['kept', 'deleted'].map((type) => referrerOf(root.descriptor, type).descriptor);
    const list = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [deleted, kept] };
    await using scripted = await scriptedRegistry(({ line }) => {
      if (line === 'GET /v2/') return { status: 200 };
      if (line.endsWith(`/manifests/${root.descriptor.digest.replace(':', '-')}`)) {
        return {
          status: 200,
          headers: { 'content-type': mediaTypes.ociIndex },
          body: Buffer.from(JSON.stringify(list)),
        };
      }
      if (line.includes('/referrers/')) return { status: noApi };
      if (!line.endsWith(`${kept?.digest}`)) return { status: 404 };
      const size = { 'content-length': `${kept?.size}`, 'docker-content-digest': `${kept?.digest}` };
      return { status: 200, headers: { 'content-type': mediaTypes.ociManifest, ...size } };
    });
    const found = await findAttached(scripted.connect(), 'acme/app', [root.descriptor.digest]);
    expect(found).toMatchObject([{ descriptor: { digest: kept?.digest } }]);
  });

  it.each([
    [`sha256-${'a'.repeat(64)}.sig`, true],
    [`sha256-${'a'.repeat(64)}.att`, true],
    [`sha256-${'a'.repeat(64)}`, false],
    ['v1.sig', false],
  ])('may be at the tag %s: %s', (tag, expected) => {
    expect(parseClassicTag(tag) !== undefined).toBe(expected);
  });

  it.each(['each has others', 'one list has no end'])('does not go on for ever when %s', async (way) => {
    let made = 0;
    await using scripted = await scriptedRegistry(({ line }) => {
      if (!line.includes('/referrers/')) return { status: line === 'GET /v2/' ? 200 : 404 };
      const manifests = Array.from({ length: 1000 }, () => ({
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        digest: `sha256:${(++made).toString(16).padStart(64, '0')}`,
        size: 2,
      }));
      const next = way === 'one list has no end' ? { link: `</v2/acme/app/referrers/x?n=${made}>; rel="next"` } : {};
      const headers = { 'content-type': 'application/vnd.oci.image.index.v1+json', ...next };
      return { status: 200, headers, body: Buffer.from(JSON.stringify({ schemaVersion: 2, manifests })) };
    });
    const found = findAttached(scripted.connect(), 'acme/app', [`sha256:${'f'.repeat(64)}`]);
    await expect(found).rejects.toMatchObject({ code: 'CONTENT_HOSTILE' });
    expect(made).toBeLessThan(10_000);
  });
});
