import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, HarborUnderTest, image, indexOf, part, referrer } from './harbor-client.ts';

let world: HarborUnderTest;

beforeAll(async () => {
  world = await HarborUnderTest.start();
  await world.project('acme');
});
afterAll(() => world.end());

describe('push and pull', () => {
  it('gives back what was pushed, by tag and by digest', async () => {
    const manifest = await world.pushImage('acme/app', 'v1');
    for (const reference of ['v1', manifest.digest]) {
      const pulled = await world.pull('acme/app', reference);
      expect(pulled.bytes).toEqual(manifest.bytes);
      expect(pulled.headers['docker-content-digest']).toBe(manifest.digest);
    }
    const { layers } = JSON.parse(manifest.bytes.toString());
    const blob = await world.send('GET', `/v2/acme/app/blobs/${layers[0].digest}`);
    expect(part(blob.bytes).digest).toBe(layers[0].digest);
  });

  it('takes a blob in chunks and gives parts of it out', async () => {
    const blob = part(randomBytes(3_000_000));
    const started = await world.send('POST', '/v2/acme/app/blobs/uploads/');
    const chunk = (answer: Answer, bytes: Buffer) =>
      world.send('PATCH', String(answer.headers.location), bytes, { type: 'application/octet-stream' });
    const first = await chunk(started, blob.bytes.subarray(0, 1_000_000));
    expect(first.headers.range).toBe('0-999999');
    const second = await chunk(first, blob.bytes.subarray(1_000_000));
    const finished = await world.send('PUT', `${second.headers.location}&digest=${blob.digest}`);
    expect(finished.status).toBe(201);
    const range = { Range: 'bytes=999999-1000000' };
    const some = await world.send('GET', `/v2/acme/app/blobs/${blob.digest}`, undefined, { headers: range });
    expect(some.status).toBe(206);
    expect(some.bytes).toEqual(blob.bytes.subarray(999_999, 1_000_001));
  });

  it('refuses a stale upload address, content of another digest, and a manifest without its blobs', async () => {
    const blob = part('some content');
    const started = await world.send('POST', '/v2/acme/app/blobs/uploads/');
    await world.send('PATCH', String(started.headers.location), blob.bytes, { type: 'application/octet-stream' });
    const stale = await world.send('PUT', `${started.headers.location}&digest=${blob.digest}`);
    expect(stale.json.errors[0].code).toBe('BLOB_UPLOAD_INVALID');
    const other = await world.upload('acme/app', { ...blob, digest: `sha256:${'0'.repeat(64)}` });
    expect(other.json.errors[0].code).toBe('DIGEST_INVALID');
    const { manifest } = image('never pushed');
    const put = await world.push('acme/app', 'v2', manifest, []);
    expect(put.json.errors.map(({ code }: { code: string }) => code)).toEqual([
      'MANIFEST_BLOB_UNKNOWN',
      'MANIFEST_BLOB_UNKNOWN',
    ]);
  });

  it('keeps children with their index and referrers with their subject', async () => {
    const child = await world.pushImage('acme/multi', undefined, 'child');
    const index = indexOf([child]);
    await world.push('acme/multi', 'v1', index, []);
    const about = referrer(index, 'application/vnd.example.sbom');
    const put = await world.push('acme/multi', undefined, about.manifest, about.blobs);
    expect(put.headers['oci-subject']).toBe(index.digest);
    expect((await world.send('DELETE', `/v2/acme/multi/manifests/${child.digest}`)).status).toBe(412);
    const { json } = await world.send('GET', `/v2/acme/multi/referrers/${index.digest}`);
    expect(json.manifests).toMatchObject([
      { digest: about.manifest.digest, artifactType: 'application/vnd.example.sbom' },
    ]);
    expect((await world.send('DELETE', `/v2/acme/multi/manifests/${index.digest}`)).status).toBe(202);
    for (const { digest } of [child, about.manifest]) expect((await world.pull('acme/multi', digest)).status).toBe(404);
  });

  it('leaves what hangs on a manifest where an index needs it', async () => {
    const subject = await world.pushImage('acme/needed', 'v1');
    const { manifest, blobs } = referrer(subject, 'application/vnd.example.sbom');
    await world.push('acme/needed', undefined, manifest, blobs);
    await world.push('acme/needed', 'all', indexOf([manifest]), []);
    expect((await world.send('DELETE', `/v2/acme/needed/manifests/${subject.digest}`)).status).toBe(202);
    expect((await world.pull('acme/needed', manifest.digest)).status).toBe(200);
  });

  it('finds repositories with slashes by names that are encoded twice', async () => {
    await world.pushImage('acme/team/app', 'v1');
    const twice = await world.send('GET', '/projects/acme/repositories/team%252Fapp');
    expect(twice.json.name).toBe('acme/team/app');
    expect((await world.send('GET', '/projects/acme/repositories/team%2Fapp')).status).toBe(404);
  });
});
