import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HarborUnderTest, image, type Part, part } from './harbor-client.ts';

let world: HarborUnderTest;

beforeAll(async () => {
  world = await HarborUnderTest.start();
  await world.project('acme');
});
afterAll(() => world.end());

const named = (blob: Part, algorithm: string): Part => {
  const digest = `${algorithm}:${createHash(algorithm).update(blob.bytes).digest('hex')}`;
  return { ...blob, digest };
};

const blobPath = (digest: string): string => `/v2/acme/app/blobs/${digest}`;

describe('blobs by other digests than SHA-256', () => {
  it.each(['sha384', 'sha512'])('checks %s, and names the blob by SHA-256', async (algorithm) => {
    const blob = part(`content by ${algorithm}`);
    const other = named(blob, algorithm);
    const put = await world.upload('acme/app', other);
    expect(put.status).toBe(201);
    expect(put.headers['docker-content-digest']).toBe(blob.digest);
    expect(put.headers.location).toBe(`${world.harbor.url}${blobPath(blob.digest)}`);
    for (const digest of [blob.digest, other.digest]) {
      const got = await world.send('GET', blobPath(digest));
      expect(got.bytes).toEqual(blob.bytes);
      expect(got.headers['docker-content-digest']).toBe(blob.digest);
    }
    expect((await world.send('HEAD', blobPath(blob.digest))).status).toBe(200);
    expect((await world.send('HEAD', blobPath(other.digest))).status).toBe(404);
  });

  it('takes images that name their parts so', async () => {
    const { blobs } = image('named otherwise');
    const parts = blobs.map((blob) => named(blob, 'sha512'));
    for (const one of parts) await world.upload('acme/app', one);
    const [config, layer] = parts.map(({ mediaType, digest, size }) => ({ mediaType, digest, size }));
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = part(JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [layer] }), mediaType);
    expect((await world.push('acme/app', 'otherwise', manifest, [])).status).toBe(201);
    const { json } = await world.send('GET', '/projects/acme/repositories/app/artifacts/otherwise');
    expect(json.extra_attrs.architecture).toBe('amd64');
  });

  it('keeps such a name over a restart, until it or the blob is deleted', async () => {
    const blob = part('content with three names');
    const [first, second] = [named(blob, 'sha384'), named(blob, 'sha512')];
    for (const name of [first, second]) await world.upload('acme/app', name);
    await world.restart();
    const statusOf = async ({ digest }: Part): Promise<number> => (await world.send('GET', blobPath(digest))).status;
    expect(await Promise.all([blob, first, second].map(statusOf))).toEqual([200, 200, 200]);
    expect((await world.send('DELETE', blobPath(first.digest))).status).toBe(202);
    expect(await Promise.all([blob, first, second].map(statusOf))).toEqual([200, 404, 200]);
    expect((await world.send('DELETE', blobPath(blob.digest))).status).toBe(202);
    expect(await statusOf(second)).toBe(404);
  });

  it('refuses content of another digest', async () => {
    const digest = named(part('expected'), 'sha512').digest;
    const put = await world.upload('acme/app', { ...part('sent'), digest });
    expect(put.status).toBe(400);
    expect(put.json.errors[0]).toMatchObject({ code: 'DIGEST_INVALID', detail: { Digest: digest } });
    expect((await world.send('GET', blobPath(digest))).status).toBe(404);
  });

  it.each(['md5:d41d8cd98f00b204e9800998ecf8427e', 'sha512:abcd', `sha512:${'A'.repeat(128)}`, 'nothing'])(
    'lets an upload stay that is ended with %s',
    async (digest) => {
      const blob = part(`for ${digest}`);
      const started = await world.send('POST', '/v2/acme/app/blobs/uploads/');
      const refused = await world.send('PUT', `${started.headers.location}&digest=${digest}`, blob.bytes);
      expect(refused.json.errors[0]).toMatchObject({ code: 'DIGEST_INVALID', detail: 'digest parsing failed' });
      const again = await world.send('PUT', `${started.headers.location}&digest=${blob.digest}`, blob.bytes);
      expect(again.status).toBe(201);
    },
  );
});

describe('a manifest at the limit of 4 MiB', () => {
  const limitBytes = 4 * 1024 * 1024;
  const { manifest, blobs } = image('large');
  const padded = (sizeBytes: number): Part =>
    part(Buffer.concat([manifest.bytes, Buffer.alloc(sizeBytes - manifest.size, ' ')]), manifest.mediaType);

  it('is taken', async () => {
    expect((await world.push('acme/app', 'large', padded(limitBytes), blobs)).status).toBe(201);
  });

  it.each([limitBytes + 1, 5 * limitBytes])('is refused with %d bytes, in the words of the registry', async (size) => {
    const { status, json } = await world.push('acme/app', 'larger', padded(size), []);
    expect(status).toBe(400);
    const detail = 'http: request body too large';
    expect(json).toEqual({ errors: [{ code: 'MANIFEST_INVALID', message: 'manifest invalid', detail }] });
  });
});
