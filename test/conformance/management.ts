import { asArray, asObject } from '@harbor-pilot/core';
import { expect } from '@jest/globals';
import {
  absentDigest,
  codesOf,
  describePiece,
  getManifest,
  newBlob,
  newImage,
  pushBlob,
  pushImage,
  putManifest,
} from './contents.ts';
import type { Requirement } from './requirement.ts';

/** Registries may refuse to delete; then they have to say so by one of these. */
const disabled = [400, 405];

/** What the spec asks for under "Content Management". */
export const management: readonly Requirement[] = [
  {
    id: 'DELETE-1',
    level: 'MUST',
    section: 'Deleting tags',
    says: 'DELETE of a tag answers 202 and the tag is gone, or 400 or 405 where that is disabled',
    holds: async (registry) => {
      const repository = registry.newRepository();
      await pushImage(registry, repository, newImage(), 'v1');
      const { status } = await registry.send('DELETE', `/v2/${repository}/manifests/v1`);
      expect([202, ...disabled]).toContain(status);
      expect((await getManifest(registry, repository, 'v1')).status).toBe(status === 202 ? 404 : 200);
    },
    harborDeviates: {
      says: 'it deletes by digest only: 400 UNSUPPORTED (which is allowed), the tag stays',
      holds: async (registry) => {
        const repository = registry.newRepository();
        await pushImage(registry, repository, newImage(), 'v1');
        const answer = await registry.send('DELETE', `/v2/${repository}/manifests/v1`);
        expect({ status: answer.status, codes: codesOf(answer) }).toEqual({ status: 400, codes: ['UNSUPPORTED'] });
        expect((await getManifest(registry, repository, 'v1')).status).toBe(200);
      },
    },
  },
  {
    id: 'DELETE-2',
    level: 'MUST',
    section: 'Deleting Manifests',
    says: 'DELETE by digest answers 202, then the digest and every tag of it are 404',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const image = await pushImage(registry, repository, newImage(), 'v1');
      expect((await putManifest(registry, repository, image, 'v2')).status).toBe(201);
      expect((await registry.send('DELETE', `/v2/${repository}/manifests/${image.digest}`)).status).toBe(202);
      for (const reference of [image.digest, 'v1', 'v2']) {
        expect((await getManifest(registry, repository, reference)).status).toBe(404);
      }
    },
  },
  {
    id: 'DELETE-3',
    level: 'MUST',
    section: 'Deleting Manifests',
    says: 'DELETE in an unknown repository, and of an unknown manifest, is 404',
    holds: async (registry) => {
      const repository = registry.newRepository();
      await pushImage(registry, repository);
      for (const name of [repository, `${repository}/nothing`]) {
        expect((await registry.send('DELETE', `/v2/${name}/manifests/${absentDigest}`)).status).toBe(404);
      }
    },
  },
  {
    id: 'DELETE-4',
    level: 'MUST',
    section: 'Deleting Manifests',
    says: 'another manifest of the repository stays, with its tag',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const gone = await pushImage(registry, repository, newImage(), 'v1');
      const kept = await pushImage(registry, repository, newImage(), 'v2');
      await registry.send('DELETE', `/v2/${repository}/manifests/${gone.digest}`);
      expect((await getManifest(registry, repository, 'v2')).bytes).toEqual(kept.bytes);
      expect((await registry.send('GET', `/v2/${repository}/tags/list`)).json()).toMatchObject({ tags: ['v2'] });
    },
  },
  {
    id: 'DELETE-5',
    level: 'MUST',
    section: 'Listing Referrers',
    says: 'a deleted referrer is listed no more',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const subject = await pushImage(registry, repository);
      const referrer = await pushImage(registry, repository, newImage({ subject: describePiece(subject) }));
      expect((await registry.send('DELETE', `/v2/${repository}/manifests/${referrer.digest}`)).status).toBe(202);
      const answer = await registry.send('GET', `/v2/${repository}/referrers/${subject.digest}`);
      expect(asArray(asObject(answer.json())?.manifests)).toEqual([]);
    },
  },
  {
    id: 'DELETE-6',
    level: 'MUST',
    section: 'Deleting Blobs',
    says: 'DELETE of a blob answers 202 and the blob is gone, or 400 or 405 where that is disabled',
    holds: async (registry) => {
      const [repository, blob] = [registry.newRepository(), newBlob()];
      await pushBlob(registry, repository, blob);
      const path = `/v2/${repository}/blobs/${blob.digest}`;
      const { status } = await registry.send('DELETE', path);
      expect([202, ...disabled]).toContain(status);
      expect((await registry.send('HEAD', path)).status).toBe(status === 202 ? 404 : 200);
    },
  },
  {
    id: 'DELETE-7',
    level: 'MUST',
    section: 'Deleting Blobs',
    says: 'DELETE of an unknown blob is 404',
    holds: async (registry) => {
      const repository = registry.newRepository();
      await pushImage(registry, repository);
      const { status } = await registry.send('DELETE', `/v2/${repository}/blobs/${absentDigest}`);
      expect([404, ...disabled]).toContain(status);
    },
  },
];
