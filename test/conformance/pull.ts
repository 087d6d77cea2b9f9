import { mediaTypes } from '@harbor-pilot/oci';
import { expect } from '@jest/globals';
import { absentDigest, getManifest, indexOf, newBlob, newImage, pushBlob, pushImage, putManifest } from './contents.ts';
import type { Requirement } from './requirement.ts';
import type { TestedRegistry } from './tested-registry.ts';

const support: readonly Requirement[] = [
  {
    id: 'SUPPORT-1',
    level: 'MUST',
    section: 'Determining Support',
    says: 'GET /v2/ answers 200 to who may use the registry',
    holds: async (registry) => {
      expect((await registry.send('GET', '/v2/')).status).toBe(200);
    },
  },
  {
    id: 'SUPPORT-2',
    level: 'MAY',
    section: 'Determining Support',
    says: 'GET /v2/ serves authentication: 200, or 401 with a challenge, to nobody in particular',
    holds: async (registry) => {
      const { status, headers } = await registry.send('GET', '/v2/', { anonymous: true });
      expect([200, 401]).toContain(status);
      if (status === 401) expect(headers['www-authenticate']).toMatch(/^(Bearer realm=|Basic)/);
    },
  },
];

const names = ['dots.in.name', 'under_score', 'two__underscores', 'da-sh', 'many---dashes', '0digits9', 'a/b/c.d/e_f'];

const manifests: readonly Requirement[] = [
  {
    id: 'PULL-1',
    level: 'MUST',
    section: 'Pulling manifests',
    says: 'a repository may have any name of the given form',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const image = newImage();
      for (const name of names) {
        await pushImage(registry, `${repository}/${name}`, image);
        expect((await getManifest(registry, `${repository}/${name}`, image.digest)).status).toBe(200);
      }
    },
  },
  {
    id: 'PULL-2',
    level: 'MUST',
    section: 'Pulling manifests',
    says: 'a repository has no name of another form',
    holds: async (registry) => {
      const image = newImage();
      for (const name of ['Upper', 'end-', '_start', 'two..dots']) {
        const answer = await putManifest(registry, `${registry.newRepository()}/${name}`, image, 'v1');
        expect({ name, refused: answer.status >= 400 && answer.status < 500 }).toEqual({ name, refused: true });
      }
    },
  },
  {
    id: 'PULL-3',
    level: 'MUST',
    section: 'Pulling manifests',
    says: 'a tag may be of 128 letters, digits and . _ -',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const image = await pushImage(registry, repository);
      for (const tag of [`_Az.0-9_${'x'.repeat(120)}`, '1', 'V1.0--rc_1']) {
        expect((await putManifest(registry, repository, image, tag)).status).toBe(201);
        expect((await getManifest(registry, repository, tag)).bytes).toEqual(image.bytes);
      }
    },
  },
  {
    id: 'PULL-4',
    level: 'MUST',
    section: 'Pulling manifests',
    says: 'a tag has no other form, and no 129 characters',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const image = await pushImage(registry, repository);
      for (const tag of ['x'.repeat(129), '.start', '-start', 'a%20b', 'a+b', 'sha256:zz']) {
        const answer = await putManifest(registry, repository, image, tag);
        expect({ tag, refused: answer.status >= 400 && answer.status < 500 }).toEqual({ tag, refused: true });
        expect((await getManifest(registry, repository, tag)).status).toBeGreaterThanOrEqual(400);
      }
    },
  },
  {
    id: 'PULL-5',
    level: 'MUST',
    section: 'Pulling manifests',
    says: 'GET by tag answers 200 with the manifest',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const image = await pushImage(registry, repository, newImage(), 'v1');
      expect(await getManifest(registry, repository, 'v1')).toMatchObject({ status: 200, bytes: image.bytes });
    },
  },
  {
    id: 'PULL-6',
    level: 'MUST',
    section: 'Pulling manifests',
    says: 'GET by digest answers 200 with the manifest',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const image = await pushImage(registry, repository);
      expect(await getManifest(registry, repository, image.digest)).toMatchObject({ status: 200, bytes: image.bytes });
    },
  },
  {
    id: 'PULL-7',
    level: 'SHOULD',
    section: 'Pulling manifests',
    says: 'Content-Type is what the manifest was pushed with, for each type, without parameters',
    holds: async (registry) => {
      for (const image of await pushEveryType(registry)) {
        const { headers } = await getManifest(registry, image.repository, image.digest);
        expect(headers['content-type']).toBe(image.mediaType);
      }
    },
  },
  {
    id: 'PULL-8',
    level: 'SHOULD',
    section: 'Pulling manifests',
    says: 'Docker-Content-Digest is the digest of the manifest, by tag and by digest',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const { digest } = await pushImage(registry, repository, newImage(), 'v1');
      for (const reference of ['v1', digest]) {
        const { headers } = await getManifest(registry, repository, reference);
        expect(headers['docker-content-digest']).toBe(digest);
      }
    },
  },
  {
    id: 'PULL-9',
    level: 'MUST',
    section: 'Pulling manifests',
    says: 'an unknown tag, an unknown digest and an unknown repository are 404',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const image = await pushImage(registry, repository, newImage(), 'v1');
      expect((await getManifest(registry, repository, 'nothing')).status).toBe(404);
      expect((await getManifest(registry, repository, absentDigest)).status).toBe(404);
      expect((await getManifest(registry, `${repository}/nothing`, 'v1')).status).toBe(404);
      expect((await getManifest(registry, `${repository}/nothing`, image.digest)).status).toBe(404);
    },
  },
  {
    id: 'PULL-10',
    level: 'SHOULD',
    section: 'Pulling manifests',
    says: 'Accept names the types that the client can read',
    holds: async (registry) => {
      for (const { repository, digest, mediaType, bytes } of await pushEveryType(registry)) {
        const headers = { accept: `text/plain;q=0.1, ${mediaType};q=0.9` };
        const answer = await registry.send('GET', `/v2/${repository}/manifests/${digest}`, { headers });
        expect(answer).toMatchObject({ status: 200, bytes });
      }
    },
  },
  {
    id: 'PULL-11',
    level: 'MAY',
    section: 'Pulling manifests',
    says: 'a client that accepts anything gets an OCI manifest',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const { digest } = await pushImage(registry, repository);
      const headers = { accept: '*/*' };
      expect((await registry.send('GET', `/v2/${repository}/manifests/${digest}`, { headers })).status).toBe(200);
    },
    harborDeviates: {
      says: '*/* and no Accept at all are 404 MANIFEST_UNKNOWN for OCI manifests, and 200 for those of Docker',
      holds: async (registry) => {
        for (const { repository, digest, mediaType } of await pushEveryType(registry)) {
          for (const headers of [{ accept: '*/*' }, undefined]) {
            const call = headers === undefined ? {} : { headers };
            const { status } = await registry.send('GET', `/v2/${repository}/manifests/${digest}`, call);
            expect({ mediaType, status }).toEqual({ mediaType, status: mediaType.includes('.oci.') ? 404 : 200 });
          }
        }
      },
    },
  },
];

/** An image and an index of the OCI and of Docker. */
async function pushEveryType(registry: TestedRegistry) {
  const repository = registry.newRepository();
  const oci = await pushImage(registry, repository);
  const docker = await pushImage(registry, repository, newImage({}, { mediaType: mediaTypes.dockerManifest }));
  const index = await pushImage(registry, repository, indexOf([oci]));
  const list = await pushImage(registry, repository, indexOf([docker], {}, mediaTypes.dockerManifestList));
  return [oci, docker, index, list].map((image) => ({ ...image, repository }));
}

const blobs: readonly Requirement[] = [
  {
    id: 'PULL-12',
    level: 'MUST',
    section: 'Pulling blobs',
    says: 'GET answers 200 with the blob',
    holds: async (registry) => {
      const { path, bytes } = await pushNewBlob(registry);
      expect(await registry.send('GET', path)).toMatchObject({ status: 200, bytes });
    },
  },
  {
    id: 'PULL-13',
    level: 'MUST',
    section: 'Pulling blobs',
    says: 'Docker-Content-Digest is the digest of the body',
    holds: async (registry) => {
      const { path, digest } = await pushNewBlob(registry);
      expect((await registry.send('GET', path)).headers['docker-content-digest']).toBe(digest);
    },
  },
  {
    id: 'PULL-14',
    level: 'MUST',
    section: 'Pulling blobs',
    says: 'an unknown blob is 404, also when another repository has it',
    holds: async (registry) => {
      const { repository, digest } = await pushNewBlob(registry);
      for (const path of [`${repository}/blobs/${absentDigest}`, `${registry.newRepository()}/blobs/${digest}`]) {
        expect((await registry.send('GET', `/v2/${path}`)).status).toBe(404);
      }
    },
  },
  {
    id: 'PULL-15',
    level: 'SHOULD',
    section: 'Pulling blobs',
    says: 'Range gives the asked bytes with 206 and Content-Range',
    holds: async (registry) => {
      const { path, bytes } = await pushNewBlob(registry);
      const { length } = bytes;
      const cases = [
        { range: 'bytes=0-9', start: 0, end: 9 },
        { range: 'bytes=-5', start: length - 5, end: length - 1 },
        { range: 'bytes=10-', start: 10, end: length - 1 },
        { range: 'bytes=10-999999', start: 10, end: length - 1 },
      ];
      for (const { range, start, end } of cases) {
        const answer = await registry.send('GET', path, { headers: { range } });
        expect(answer).toMatchObject({ status: 206, bytes: bytes.subarray(start, end + 1) });
        expect(answer.headers['content-range']).toBe(`bytes ${start}-${end}/${length}`);
      }
    },
  },
  {
    id: 'PULL-16',
    level: 'SHOULD',
    section: 'Pulling blobs',
    says: 'a Range beyond the end is 416 and tells the size',
    holds: async (registry) => {
      const { path, bytes } = await pushNewBlob(registry);
      const answer = await registry.send('GET', path, { headers: { range: 'bytes=999999-' } });
      expect(answer.status).toBe(416);
      expect(answer.headers['content-range']).toBe(`bytes */${bytes.length}`);
    },
  },
];

async function pushNewBlob(registry: TestedRegistry) {
  const repository = registry.newRepository();
  const blob = newBlob();
  await pushBlob(registry, repository, blob);
  return { ...blob, repository, path: `/v2/${repository}/blobs/${blob.digest}` };
}

const heads: readonly Requirement[] = [
  {
    id: 'HEAD-1',
    level: 'MUST',
    section: 'Checking if content exists in the registry',
    says: 'HEAD of a manifest, by tag and by digest, and of a blob is 200 without a body',
    holds: async (registry) => {
      for (const { answer } of await headEverything(registry)) {
        expect(answer.status).toBe(200);
        expect(answer.bytes).toHaveLength(0);
      }
    },
  },
  {
    id: 'HEAD-2',
    level: 'SHOULD',
    section: 'Checking if content exists in the registry',
    says: 'HEAD tells the digest in Docker-Content-Digest',
    holds: async (registry) => {
      for (const { answer, digest } of await headEverything(registry)) {
        expect(answer.headers['docker-content-digest']).toBe(digest);
      }
    },
  },
  {
    id: 'HEAD-3',
    level: 'SHOULD',
    section: 'Checking if content exists in the registry',
    says: 'HEAD tells the size in Content-Length',
    holds: async (registry) => {
      for (const { answer, bytes } of await headEverything(registry)) {
        expect(answer.headers['content-length']).toBe(String(bytes.length));
      }
    },
  },
  {
    id: 'HEAD-4',
    level: 'MUST',
    section: 'Checking if content exists in the registry',
    says: 'HEAD of what is not there is 404',
    holds: async (registry) => {
      const repository = registry.newRepository();
      await pushImage(registry, repository);
      for (const reference of ['nothing', absentDigest]) {
        expect((await getManifest(registry, repository, reference, 'HEAD')).status).toBe(404);
      }
      expect((await registry.send('HEAD', `/v2/${repository}/blobs/${absentDigest}`)).status).toBe(404);
    },
  },
];

async function headEverything(registry: TestedRegistry) {
  const repository = registry.newRepository();
  const image = await pushImage(registry, repository, newImage(), 'v1');
  const found = [];
  for (const reference of ['v1', image.digest]) {
    found.push({ ...image, answer: await getManifest(registry, repository, reference, 'HEAD') });
  }
  for (const blob of image.blobs) {
    found.push({ ...blob, answer: await registry.send('HEAD', `/v2/${repository}/blobs/${blob.digest}`) });
  }
  return found;
}

/** What the spec asks for under "Pull" and "Determining Support". */
export const pull: readonly Requirement[] = [...support, ...manifests, ...blobs, ...heads];
