import type { Buffer } from 'node:buffer';
import { expect } from '@jest/globals';
import {
  absentDigest,
  codesOf,
  locationOf,
  newBlob,
  octets,
  pieceOf,
  pushBlob,
  startUpload,
  withDigest,
} from './contents.ts';
import type { Answer } from './exchange.ts';
import type { Requirement } from './requirement.ts';
import type { TestedRegistry } from './tested-registry.ts';

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

const monolithic: readonly Requirement[] = [
  {
    id: 'BLOB-1',
    level: 'MUST',
    section: 'POST then PUT',
    says: 'POST answers 202 with a Location',
    holds: async (registry) => {
      const answer = await registry.send('POST', `/v2/${registry.newRepository()}/blobs/uploads/`);
      expect(answer.status).toBe(202);
      expect(locationOf(answer).pathname).toContain('/blobs/uploads/');
    },
  },
  {
    id: 'BLOB-2',
    level: 'MUST',
    section: 'POST then PUT',
    says: 'the Location holds a UUID, another one for each session',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const ids = [];
      for (let session = 0; session < 3; session += 1)
        ids.push(uuid.exec(String(await startUpload(registry, repository)))?.[0]);
      expect(ids).not.toContain(undefined);
      expect(new Set(ids).size).toBe(3);
    },
  },
  {
    id: 'BLOB-3',
    level: 'MUST',
    section: 'POST then PUT',
    says: 'PUT of the bytes answers 201 with the Location of the blob, which can be pulled',
    holds: async (registry) => {
      const blob = newBlob();
      const answer = await pushBlob(registry, registry.newRepository(), blob);
      expect(await registry.send('GET', locationOf(answer))).toMatchObject({ status: 200, bytes: blob.bytes });
    },
  },
  {
    id: 'BLOB-4',
    level: 'MUST',
    section: 'POST then PUT',
    says: 'pushing the same blob again is 201',
    holds: async (registry) => {
      const [repository, blob] = [registry.newRepository(), newBlob()];
      await pushBlob(registry, repository, blob);
      await pushBlob(registry, repository, blob);
    },
  },
  {
    id: 'BLOB-5',
    level: 'MUST',
    section: 'POST then PUT',
    says: 'a blob of no bytes is one like any other',
    holds: async (registry) => {
      const empty = pieceOf('application/octet-stream', '');
      const answer = await pushBlob(registry, registry.newRepository(), empty);
      expect(await registry.send('GET', locationOf(answer))).toMatchObject({ status: 200, bytes: empty.bytes });
    },
  },
  {
    id: 'BLOB-6',
    level: 'MUST',
    section: 'Error Codes',
    says: 'bytes of another digest are refused with DIGEST_INVALID, and nothing is kept of them',
    holds: async (registry) => {
      const [repository, blob] = [registry.newRepository(), newBlob()];
      const location = await startUpload(registry, repository);
      const call = { headers: octets, body: blob.bytes };
      const answer = await registry.send('PUT', withDigest(location, absentDigest), call);
      expect({ status: answer.status, codes: codesOf(answer) }).toEqual({ status: 400, codes: ['DIGEST_INVALID'] });
      for (const digest of [absentDigest, blob.digest]) {
        expect((await registry.send('HEAD', `/v2/${repository}/blobs/${digest}`)).status).toBe(404);
      }
    },
  },
  {
    id: 'BLOB-7',
    level: 'MUST',
    section: 'Error Codes',
    says: 'a digest that is none is refused with DIGEST_INVALID',
    holds: async (registry) => {
      const repository = registry.newRepository();
      for (const digest of ['sha256:zz', 'md5:d41d8cd98f00b204e9800998ecf8427e', 'nonsense']) {
        const location = withDigest(await startUpload(registry, repository), digest);
        const answer = await registry.send('PUT', location, { headers: octets, body: newBlob().bytes });
        expect({ digest, status: answer.status, codes: codesOf(answer) }).toEqual({
          digest,
          status: 400,
          codes: ['DIGEST_INVALID'],
        });
      }
    },
  },
  {
    id: 'BLOB-8',
    level: 'MAY',
    section: 'Single POST',
    says: 'one POST with digest and bytes makes the blob (201); otherwise 202 and a Location for a PUT',
    holds: async (registry) => {
      const [repository, blob] = [registry.newRepository(), newBlob()];
      const path = `/v2/${repository}/blobs/uploads/?digest=${blob.digest}`;
      let answer = await registry.send('POST', path, { headers: octets, body: blob.bytes });
      expect([201, 202]).toContain(answer.status);
      if (answer.status === 202) answer = await putBlob(registry, locationOf(answer), blob.digest, blob.bytes);
      expect(answer.status).toBe(201);
      expect((await registry.send('GET', locationOf(answer))).bytes).toEqual(blob.bytes);
    },
    harborDeviates: {
      says: 'it always wants the PUT, and takes nothing of the first body',
      holds: async (registry) => {
        const [repository, blob] = [registry.newRepository(), newBlob()];
        const path = `/v2/${repository}/blobs/uploads/?digest=${blob.digest}`;
        const first = await registry.send('POST', path, { headers: octets, body: blob.bytes });
        expect(first.status).toBe(202);
        expect(first.headers.range).toBe('0-0');
        expect((await putBlob(registry, locationOf(first), blob.digest, blob.bytes)).status).toBe(201);
      },
    },
  },
];

async function putBlob(registry: TestedRegistry, location: URL, digest: string, body: Buffer): Promise<Answer> {
  return registry.send('PUT', withDigest(location, digest), { headers: octets, body });
}

async function patch(registry: TestedRegistry, location: URL, body: Buffer, start: number): Promise<Answer> {
  const headers = { ...octets, 'content-range': `${start}-${start + body.length - 1}` };
  return registry.send('PATCH', location, { headers, body });
}

const cut = 20;

async function uploadFirstChunk(registry: TestedRegistry) {
  const [repository, blob] = [registry.newRepository(), newBlob()];
  const location = await startUpload(registry, repository);
  const answer = await patch(registry, location, blob.bytes.subarray(0, cut), 0);
  return { repository, blob, location, answer };
}

const chunked: readonly Requirement[] = [
  {
    id: 'CHUNK-1',
    level: 'MUST',
    section: 'Pushing a blob in chunks',
    says: 'a chunk is answered 202 with a Location and the Range of what is there',
    holds: async (registry) => {
      const { answer } = await uploadFirstChunk(registry);
      expect(answer.status).toBe(202);
      expect(locationOf(answer).pathname).toContain('/blobs/uploads/');
      expect(answer.headers.range).toBe(`0-${cut - 1}`);
    },
  },
  {
    id: 'CHUNK-2',
    level: 'MUST',
    section: 'Pushing a blob in chunks',
    says: 'chunks in order at the latest Location, then PUT without a body: 201 and a blob that can be pulled',
    holds: async (registry) => {
      const { blob, answer } = await uploadFirstChunk(registry);
      const second = await patch(registry, locationOf(answer), blob.bytes.subarray(cut), cut);
      expect(second.status).toBe(202);
      expect(second.headers.range).toBe(`0-${blob.bytes.length - 1}`);
      const closed = await registry.send('PUT', withDigest(locationOf(second), blob.digest));
      expect(closed.status).toBe(201);
      expect((await registry.send('GET', locationOf(closed))).bytes).toEqual(blob.bytes);
    },
  },
  {
    id: 'CHUNK-3',
    level: 'MAY',
    section: 'Pushing a blob in chunks',
    says: 'the last chunk may come in the closing PUT',
    holds: async (registry) => {
      const { blob, answer } = await uploadFirstChunk(registry);
      const rest = blob.bytes.subarray(cut);
      const headers = { ...octets, 'content-range': `${cut}-${blob.bytes.length - 1}` };
      const closed = await registry.send('PUT', withDigest(locationOf(answer), blob.digest), { headers, body: rest });
      expect(closed.status).toBe(201);
      expect((await registry.send('GET', locationOf(closed))).bytes).toEqual(blob.bytes);
    },
  },
  {
    id: 'CHUNK-4',
    level: 'MUST',
    section: 'Pushing a blob in chunks',
    says: 'a chunk out of order is answered 416',
    holds: async (registry) => {
      const location = await startUpload(registry, registry.newRepository());
      expect((await patch(registry, location, newBlob().bytes, 7)).status).toBe(416);
    },
    harborDeviates: {
      says: 'its blob registry does not read Content-Range: 202, the chunk is appended',
      holds: async (registry) => {
        const blob = newBlob();
        const location = await startUpload(registry, registry.newRepository());
        const answer = await patch(registry, location, blob.bytes, 7);
        expect(answer.status).toBe(202);
        expect(answer.headers.range).toBe(`0-${blob.bytes.length - 1}`);
        expect((await registry.send('PUT', withDigest(locationOf(answer), blob.digest))).status).toBe(201);
      },
    },
  },
  {
    id: 'CHUNK-5',
    level: 'MUST',
    section: 'Pushing a blob in chunks',
    says: 'a chunk sent again to the Location of before is answered 416',
    holds: async (registry) => {
      const { blob, location } = await uploadFirstChunk(registry);
      expect((await patch(registry, location, blob.bytes.subarray(0, cut), 0)).status).toBe(416);
    },
    harborDeviates: {
      says: 'a stale Location is 404 BLOB_UPLOAD_INVALID',
      holds: async (registry) => {
        const { blob, location } = await uploadFirstChunk(registry);
        const answer = await patch(registry, location, blob.bytes.subarray(0, cut), 0);
        expect({ status: answer.status, codes: codesOf(answer) }).toEqual({
          status: 404,
          codes: ['BLOB_UPLOAD_INVALID'],
        });
      },
    },
  },
  {
    id: 'CHUNK-6',
    level: 'MUST',
    section: 'Pushing a blob in chunks',
    says: 'GET of an upload answers 204 with its Location and the Range of what is there',
    holds: async (registry) => {
      const { blob, answer } = await uploadFirstChunk(registry);
      const state = await registry.send('GET', locationOf(answer));
      expect({ status: state.status, range: state.headers.range }).toEqual({ status: 204, range: `0-${cut - 1}` });
      const second = await patch(registry, locationOf(state), blob.bytes.subarray(cut), cut);
      expect(second.status).toBe(202);
    },
  },
  {
    id: 'CHUNK-7',
    level: 'MUST',
    section: 'Pushing a blob in chunks',
    says: 'GET at any Location that the upload had answers 204',
    holds: async (registry) => {
      const { location } = await uploadFirstChunk(registry);
      expect((await registry.send('GET', location)).status).toBe(204);
    },
    harborDeviates: {
      says: 'only the latest Location is known, others are 404 BLOB_UPLOAD_INVALID',
      holds: async (registry) => {
        const { location } = await uploadFirstChunk(registry);
        const answer = await registry.send('GET', location);
        expect({ status: answer.status, codes: codesOf(answer) }).toEqual({
          status: 404,
          codes: ['BLOB_UPLOAD_INVALID'],
        });
      },
    },
  },
  {
    id: 'CHUNK-11',
    level: 'MUST',
    section: 'Pushing a blob in chunks',
    says: 'an upload goes on at its latest Location after a chunk was refused',
    holds: async (registry) => {
      const { blob, location, answer } = await uploadFirstChunk(registry);
      expect((await patch(registry, location, blob.bytes.subarray(0, cut), 0)).status).toBeGreaterThanOrEqual(400);
      const second = await patch(registry, locationOf(answer), blob.bytes.subarray(cut), cut);
      expect(second.status).toBe(202);
      expect((await registry.send('PUT', withDigest(locationOf(second), blob.digest))).status).toBe(201);
    },
  },
  {
    id: 'CHUNK-8',
    level: 'MUST',
    section: 'Endpoints',
    says: 'PATCH, PUT and GET of an unknown upload are 404',
    holds: async (registry) => {
      const path = `/v2/${registry.newRepository()}/blobs/uploads/00000000-0000-0000-0000-000000000000`;
      const { bytes, digest } = newBlob();
      expect((await registry.send('PATCH', path, { headers: octets, body: bytes })).status).toBe(404);
      expect((await registry.send('PUT', `${path}?digest=${digest}`, { headers: octets, body: bytes })).status).toBe(
        404,
      );
      expect((await registry.send('GET', path)).status).toBe(404);
    },
  },
  {
    id: 'CHUNK-9',
    level: 'MUST',
    section: 'Pushing a blob in chunks',
    says: 'the digest of the closing PUT is of the whole blob: with that of the last chunk it is refused',
    holds: async (registry) => {
      const { blob, answer } = await uploadFirstChunk(registry);
      const rest = pieceOf('application/octet-stream', blob.bytes.subarray(cut));
      const closed = await putBlob(registry, locationOf(answer), rest.digest, rest.bytes);
      expect({ status: closed.status, codes: codesOf(closed) }).toEqual({ status: 400, codes: ['DIGEST_INVALID'] });
    },
  },
  {
    id: 'CHUNK-10',
    level: 'SHOULD',
    section: 'Pushing a blob in chunks',
    says: 'OCI-Chunk-Min-Length, if the registry has one, is a number of bytes',
    holds: async (registry) => {
      const { headers } = await registry.send('POST', `/v2/${registry.newRepository()}/blobs/uploads/`);
      expect(headers['oci-chunk-min-length'] ?? '1').toMatch(/^\d+$/);
    },
  },
];

async function mount(registry: TestedRegistry, repository: string, query: string): Promise<Answer> {
  return registry.send('POST', `/v2/${repository}/blobs/uploads/?${query}`);
}

async function pushToMount(registry: TestedRegistry) {
  const [source, blob] = [registry.newRepository(), newBlob()];
  await pushBlob(registry, source, blob);
  return { source, blob };
}

const mounts: readonly Requirement[] = [
  {
    id: 'MOUNT-1',
    level: 'MUST',
    section: 'Mounting a blob from another repository',
    says: 'a mount answers 201 with the Location of the blob, which can be pulled',
    holds: async (registry) => {
      const { source, blob } = await pushToMount(registry);
      const answer = await mount(registry, registry.newRepository(), `mount=${blob.digest}&from=${source}`);
      expect(answer.status).toBe(201);
      expect(await registry.send('GET', locationOf(answer))).toMatchObject({ status: 200, bytes: blob.bytes });
    },
  },
  {
    id: 'MOUNT-2',
    level: 'MAY',
    section: 'Mounting a blob from another repository',
    says: 'Docker-Content-Digest of a mount is the digest of the blob',
    holds: async (registry) => {
      const { source, blob } = await pushToMount(registry);
      const answer = await mount(registry, registry.newRepository(), `mount=${blob.digest}&from=${source}`);
      expect(answer.headers['docker-content-digest'] ?? blob.digest).toBe(blob.digest);
    },
  },
  {
    id: 'MOUNT-3',
    level: 'MAY',
    section: 'Mounting a blob from another repository',
    says: 'a mount without `from` is done (201) or begins an upload (202)',
    holds: async (registry) => {
      const { blob } = await pushToMount(registry);
      const answer = await mount(registry, registry.newRepository(), `mount=${blob.digest}`);
      expect([201, 202]).toContain(answer.status);
      locationOf(answer);
    },
  },
  {
    id: 'MOUNT-4',
    level: 'SHOULD',
    section: 'Mounting a blob from another repository',
    says: 'what cannot be mounted begins an upload (202) that can be finished',
    holds: async (registry) => {
      const { source } = await pushToMount(registry);
      const [repository, blob] = [registry.newRepository(), newBlob()];
      for (const from of [source, `${source}/nothing`]) {
        const answer = await mount(registry, repository, `mount=${blob.digest}&from=${from}`);
        expect(answer.status).toBe(202);
        expect((await putBlob(registry, locationOf(answer), blob.digest, blob.bytes)).status).toBe(201);
      }
    },
  },
];

/** What the spec asks for under "Pushing blobs". */
export const pushBlobs: readonly Requirement[] = [...monolithic, ...chunked, ...mounts];
