import { Buffer } from 'node:buffer';
import { digestOf, mediaTypes } from '@harbor-pilot/oci';
import { expect } from '@jest/globals';
import {
  absentDigest,
  codesOf,
  describePiece,
  getManifest,
  indexOf,
  locationOf,
  newBlob,
  newImage,
  pieceOf,
  pushBlob,
  pushImage,
  putManifest,
} from './contents.ts';
import type { Answer } from './exchange.ts';
import type { Requirement } from './requirement.ts';
import type { TestedRegistry } from './tested-registry.ts';

function expectRefusal(answer: Answer, status: number, ...codes: readonly string[]): void {
  expect({ status: answer.status, codes: codesOf(answer) }).toEqual({ status, codes });
}

const missingParts: readonly Requirement[] = [
  {
    id: 'MANIFEST-1',
    level: 'MAY',
    section: 'Push',
    says: 'a manifest is refused with MANIFEST_BLOB_UNKNOWN when its config or a layer is not there',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const image = newImage();
      expectRefusal(
        await putManifest(registry, repository, image),
        400,
        'MANIFEST_BLOB_UNKNOWN',
        'MANIFEST_BLOB_UNKNOWN',
      );
      for (const blob of image.blobs.slice(0, 1)) await pushBlob(registry, repository, blob);
      expectRefusal(await putManifest(registry, repository, image), 400, 'MANIFEST_BLOB_UNKNOWN');
      for (const blob of image.blobs.slice(1)) await pushBlob(registry, repository, blob);
      expect((await putManifest(registry, repository, image)).status).toBe(201);
    },
  },
  {
    id: 'MANIFEST-2',
    level: 'MAY',
    section: 'Push',
    says: 'an index is refused with MANIFEST_BLOB_UNKNOWN when a manifest of it is not there',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const known = await pushImage(registry, repository);
      expectRefusal(
        await putManifest(registry, repository, indexOf([known, newImage()])),
        400,
        'MANIFEST_BLOB_UNKNOWN',
      );
    },
  },
  {
    id: 'MANIFEST-3',
    level: 'MAY',
    section: 'Push',
    says: 'a blob that only another repository has counts as missing',
    holds: async (registry) => {
      const image = await pushImage(registry, registry.newRepository());
      const answer = await putManifest(registry, registry.newRepository(), image);
      expect(codesOf(answer)).toContain('MANIFEST_BLOB_UNKNOWN');
    },
  },
];

const manifests: readonly Requirement[] = [
  {
    id: 'MANIFEST-4',
    level: 'MUST',
    section: 'Pushing Manifests',
    says: 'PUT by tag and by digest answers 201 with a Location where the manifest can be pulled',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const image = await pushImage(registry, repository);
      for (const reference of ['v1', image.digest]) {
        const answer = await putManifest(registry, repository, image, reference);
        expect(answer.status).toBe(201);
        const headers = { accept: image.mediaType };
        expect((await registry.send('GET', locationOf(answer), { headers })).bytes).toEqual(image.bytes);
      }
    },
  },
  {
    id: 'MANIFEST-5',
    level: 'MUST',
    section: 'Pushing Manifests',
    says: 'Docker-Content-Digest of the answer is the digest of the bytes that were sent',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const image = await pushImage(registry, repository);
      const { headers } = await putManifest(registry, repository, image, 'v1');
      expect(headers['docker-content-digest']).toBe(image.digest);
    },
  },
  {
    id: 'MANIFEST-6',
    level: 'MUST',
    section: 'Pushing Manifests',
    says: 'the manifest is kept byte for byte, with its white space and fields that nobody knows',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const { blobs, bytes, mediaType } = newImage({ 'org.example.unknown': [1, { deep: null }] });
      const text = `${JSON.stringify(JSON.parse(bytes.toString()), undefined, '\t ')}\r\n \n`;
      const odd = { ...pieceOf(mediaType, text), blobs };
      await pushImage(registry, repository, odd, 'v1');
      expect((await getManifest(registry, repository, 'v1')).bytes).toEqual(odd.bytes);
    },
  },
  {
    id: 'MANIFEST-7',
    level: 'SHOULD',
    section: 'Pushing Manifests',
    says: 'parameters of Content-Type are ignored',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const image = await pushImage(registry, repository);
      const mediaType = `${image.mediaType}; charset=utf-8`;
      expect((await putManifest(registry, repository, { ...image, mediaType }, 'v1')).status).toBe(201);
      expect((await getManifest(registry, repository, 'v1')).headers['content-type']).toBe(image.mediaType);
    },
  },
  {
    id: 'MANIFEST-8',
    level: 'MAY',
    section: 'Pushing Manifests',
    says: 'an image may have no layers',
    holds: async (registry) => {
      await pushImage(registry, registry.newRepository(), newImage({}, { layers: [] }));
    },
  },
  {
    id: 'MANIFEST-9',
    level: 'MAY',
    section: 'Pushing Manifests',
    says: 'a manifest need not say its media type',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const image = await pushImage(registry, repository, newImage({ mediaType: undefined }));
      const { headers } = await getManifest(registry, repository, image.digest);
      expect(headers['content-type']).toBe(mediaTypes.ociManifest);
    },
  },
  {
    id: 'MANIFEST-10',
    level: 'MUST',
    section: 'Error Codes',
    says: 'a manifest that is no JSON, or whose mediaType is not its Content-Type, is refused with MANIFEST_INVALID',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const image = await pushImage(registry, repository);
      const broken = pieceOf(mediaTypes.ociManifest, '{bad');
      expectRefusal(await putManifest(registry, repository, broken, 'v1'), 400, 'MANIFEST_INVALID');
      const other = { ...image, mediaType: mediaTypes.dockerManifest };
      expectRefusal(await putManifest(registry, repository, other, 'v1'), 400, 'MANIFEST_INVALID');
    },
  },
  {
    id: 'MANIFEST-11',
    level: 'MAY',
    section: 'Pushing Manifests',
    says: 'a Content-Type that the registry does not know is refused with MANIFEST_INVALID',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const image = await pushImage(registry, repository, newImage({ mediaType: undefined }));
      const unknown = { ...image, mediaType: 'application/x-nonsense' };
      expectRefusal(await putManifest(registry, repository, unknown, 'v1'), 400, 'MANIFEST_INVALID');
      expect((await getManifest(registry, repository, 'v1')).status).toBe(404);
    },
  },
  {
    id: 'MANIFEST-12',
    level: 'MUST',
    section: 'Pushing Manifests',
    says: 'a manifest put at another digest than its own is refused with DIGEST_INVALID',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const image = await pushImage(registry, repository);
      expectRefusal(await putManifest(registry, repository, image, absentDigest), 400, 'DIGEST_INVALID');
    },
  },
  {
    id: 'MANIFEST-13',
    level: 'MUST',
    section: 'Pushing Manifests',
    says: 'a tag put on another manifest moves, and the old manifest stays at its digest',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const first = await pushImage(registry, repository, newImage(), 'latest');
      const second = await pushImage(registry, repository, newImage(), 'latest');
      expect((await getManifest(registry, repository, 'latest')).bytes).toEqual(second.bytes);
      expect((await getManifest(registry, repository, first.digest)).bytes).toEqual(first.bytes);
    },
  },
  {
    id: 'MANIFEST-14',
    level: 'SHOULD',
    section: 'Pushing Manifests',
    says: 'a manifest of nearly 4 MiB is accepted',
    holds: async (registry) => {
      const annotations = { padding: 'x'.repeat(4 * 1024 * 1024 - 2048) };
      const repository = registry.newRepository();
      const image = await pushImage(registry, repository, newImage({ annotations }));
      expect(digestOf((await getManifest(registry, repository, image.digest)).bytes)).toBe(image.digest);
    },
  },
  {
    id: 'MANIFEST-15',
    level: 'MUST',
    section: 'Content Negotiation',
    says: 'layers and configs may have any media type',
    holds: async (registry) => {
      const config = newBlob('application/vnd.example.config.v9+json');
      const layers = [newBlob('application/vnd.example.data'), newBlob('text/x-anything')];
      await pushImage(registry, registry.newRepository(), newImage({}, { config, layers }));
    },
  },
];

const subjects: readonly Requirement[] = [
  {
    id: 'SUBJECT-1',
    level: 'MUST',
    section: 'Push',
    says: 'a manifest whose subject is not there is accepted',
    holds: async (registry) => {
      const subject = { mediaType: mediaTypes.ociManifest, digest: absentDigest, size: 7 };
      await pushImage(registry, registry.newRepository(), newImage({ subject }));
    },
  },
  {
    id: 'SUBJECT-2',
    level: 'MUST',
    section: 'Pushing Manifests with Subject',
    says: 'OCI-Subject of the answer is the digest of the subject, for an image and for an index',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const image = await pushImage(registry, repository);
      const subject = describePiece(image);
      for (const about of [newImage({ subject }), indexOf([image], { subject })]) {
        for (const blob of about.blobs) await pushBlob(registry, repository, blob);
        expect((await putManifest(registry, repository, about)).headers['oci-subject']).toBe(image.digest);
      }
    },
  },
  {
    id: 'SUBJECT-3',
    level: 'MUST',
    section: 'Pushing Manifests with Subject',
    says: 'no OCI-Subject without a subject',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const answer = await putManifest(registry, repository, await pushImage(registry, repository));
      expect(answer.headers['oci-subject']).toBeUndefined();
    },
  },
];

/** A manifest larger than any registry has to take; what is too much of it still fits into the buffers on the way. */
async function putHugeManifest(registry: TestedRegistry): Promise<Answer> {
  const repository = registry.newRepository();
  const { blobs, bytes, mediaType } = newImage();
  for (const blob of blobs) await pushBlob(registry, repository, blob);
  const padded = Buffer.concat([bytes, Buffer.alloc(4 * 1024 * 1024 + 1024, ' ')]);
  return putManifest(registry, repository, pieceOf(mediaType, padded), 'huge');
}

const limits: readonly Requirement[] = [
  {
    id: 'MANIFEST-16',
    level: 'SHOULD',
    section: 'Pushing Manifests',
    says: 'a manifest of more than 4 MiB may be refused: with 413, or, by distribution 2.8, with 400',
    holds: async (registry) => {
      const { status } = await putHugeManifest(registry);
      expect([201, 400, 413]).toContain(status);
    },
  },
];

/** What the spec asks for under "Pushing Manifests". */
export const pushManifests: readonly Requirement[] = [...missingParts, ...manifests, ...limits, ...subjects];
