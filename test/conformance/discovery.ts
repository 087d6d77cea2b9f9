import { asArray, asObject } from '@harbor-pilot/core';
import { mediaTypes } from '@harbor-pilot/oci';
import { expect } from '@jest/globals';
import {
  absentDigest,
  describePiece,
  type Image,
  indexOf,
  newBlob,
  newImage,
  pushImage,
  putManifest,
} from './contents.ts';
import type { Answer } from './exchange.ts';
import type { Requirement } from './requirement.ts';
import type { TestedRegistry } from './tested-registry.ts';

async function pushTags(registry: TestedRegistry, ...tags: readonly string[]): Promise<string> {
  const repository = registry.newRepository();
  const image = await pushImage(registry, repository);
  for (const tag of tags) expect((await putManifest(registry, repository, image, tag)).status).toBe(201);
  return repository;
}

async function listTags(registry: TestedRegistry, repository: string, query = ''): Promise<Answer> {
  return registry.send('GET', `/v2/${repository}/tags/list${query}`);
}

const tagsOf = (answer: Answer): unknown => asObject(answer.json())?.tags;

/** Where the `Link` of a page leads to; undefined on the last one. */
function nextOf({ headers, url }: Answer): URL | undefined {
  if (headers.link === undefined) return undefined;
  expect(headers.link).toMatch(/^<[^>]+>; *rel="next"$/);
  return new URL(/<([^>]+)>/.exec(String(headers.link))?.[1] ?? '', url);
}

const letters = ['d', 'b', 'e', 'a', 'c'];
const section = 'Listing Tags';

const tags: readonly Requirement[] = [
  {
    id: 'TAGS-1',
    level: 'MUST',
    section,
    says: 'GET answers 200 with the name of the repository and its tags in order',
    holds: async (registry) => {
      const repository = await pushTags(registry, ...letters);
      const answer = await listTags(registry, repository);
      expect(answer.status).toBe(200);
      expect(answer.json()).toEqual({ name: repository, tags: ['a', 'b', 'c', 'd', 'e'] });
    },
  },
  {
    id: 'TAGS-2',
    level: 'MUST',
    section,
    says: 'the order does not care for upper and lower case',
    holds: async (registry) => {
      const repository = await pushTags(registry, 'b', 'a', 'C', '10', '9', 'A1');
      expect(tagsOf(await listTags(registry, repository))).toEqual(['10', '9', 'a', 'A1', 'b', 'C']);
    },
    harborDeviates: {
      says: 'its order is that of bytes, upper case first',
      holds: async (registry) => {
        const repository = await pushTags(registry, 'b', 'a', 'C', '10', '9', 'A1');
        expect(tagsOf(await listTags(registry, repository))).toEqual(['10', '9', 'A1', 'C', 'a', 'b']);
      },
    },
  },
  {
    id: 'TAGS-3',
    level: 'MAY',
    section,
    says: 'a repository without tags has an empty list',
    holds: async (registry) => {
      const answer = await listTags(registry, await pushTags(registry));
      expect({ status: answer.status, tags: tagsOf(answer) }).toEqual({ status: 200, tags: [] });
    },
  },
  {
    id: 'TAGS-4',
    level: 'MUST',
    section,
    says: '`n` limits the list to its first n tags',
    holds: async (registry) => {
      const repository = await pushTags(registry, ...letters);
      expect(tagsOf(await listTags(registry, repository, '?n=2'))).toEqual(['a', 'b']);
      expect(tagsOf(await listTags(registry, repository, '?n=5'))).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect(tagsOf(await listTags(registry, repository, '?n=100'))).toEqual(['a', 'b', 'c', 'd', 'e']);
    },
  },
  {
    id: 'TAGS-5',
    level: 'MUST',
    section,
    says: 'Link leads to the next page with rel="next", and the last page has none',
    holds: async (registry) => {
      const repository = await pushTags(registry, ...letters);
      const pages: unknown[] = [];
      let next: URL | undefined = new URL((await listTags(registry, repository, '?n=2')).url);
      while (next !== undefined && pages.length < 9) {
        const answer: Answer = await registry.send('GET', next);
        pages.push(tagsOf(answer));
        next = nextOf(answer);
      }
      expect(pages).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    },
  },
  {
    id: 'TAGS-6',
    level: 'MUST',
    section,
    says: '`n=0` gives an empty list without Link',
    holds: async (registry) => {
      const answer = await listTags(registry, await pushTags(registry, ...letters), '?n=0');
      expect({ status: answer.status, tags: tagsOf(answer), link: answer.headers.link }).toEqual({
        status: 200,
        tags: [],
        link: undefined,
      });
    },
  },
  {
    id: 'TAGS-7',
    level: 'MUST',
    section,
    says: '`last` begins after a tag, with and without `n`, also after one that is not there',
    holds: async (registry) => {
      const repository = await pushTags(registry, ...letters);
      expect(tagsOf(await listTags(registry, repository, '?n=2&last=b'))).toEqual(['c', 'd']);
      expect(tagsOf(await listTags(registry, repository, '?last=b'))).toEqual(['c', 'd', 'e']);
      expect(tagsOf(await listTags(registry, repository, '?n=1&last=bb'))).toEqual(['c']);
      expect(tagsOf(await listTags(registry, repository, '?n=2&last=e'))).toEqual([]);
    },
  },
  {
    id: 'TAGS-8',
    level: 'MUST',
    section: 'Endpoints',
    says: 'the tags of an unknown repository are 404',
    holds: async (registry) => {
      expect((await listTags(registry, registry.newRepository())).status).toBe(404);
    },
  },
];

type Descriptor = Readonly<Record<string, unknown>>;

async function listReferrers(
  registry: TestedRegistry,
  repository: string,
  digest: string,
  query = '',
): Promise<Answer> {
  return registry.send('GET', `/v2/${repository}/referrers/${digest}${query}`);
}

const descriptorsOf = (answer: Answer): Descriptor[] =>
  asArray(asObject(answer.json())?.manifests).map((one) => asObject(one) ?? {});

interface Attached {
  readonly repository: string;
  readonly subject: Image;
  readonly referrers: readonly Image[];
}

/** Pushes an image and something about it. */
async function attach(
  registry: TestedRegistry,
  make: (subject: Descriptor, image: Image) => readonly Image[],
): Promise<Attached> {
  const repository = registry.newRepository();
  const subject = await pushImage(registry, repository);
  const referrers = make(describePiece(subject), subject);
  for (const referrer of referrers) await pushImage(registry, repository, referrer);
  return { repository, subject, referrers };
}

const sbomType = 'application/vnd.example.sbom.v1+json';
const otherType = 'application/vnd.example.other';
const twoTypes = (subject: Descriptor): Image[] =>
  [sbomType, otherType].map((artifactType) => newImage({ subject, artifactType }));
const listing = 'Listing Referrers';

const referrers: readonly Requirement[] = [
  {
    id: 'REFERRERS-1',
    level: 'MUST',
    section: listing,
    says: 'GET answers 200 with an index, and Content-Type says so',
    holds: async (registry) => {
      const { repository, subject } = await attach(registry, twoTypes);
      const answer = await listReferrers(registry, repository, subject.digest);
      expect({ status: answer.status, type: answer.headers['content-type'] }).toEqual({
        status: 200,
        type: mediaTypes.ociIndex,
      });
      expect(answer.json()).toMatchObject({ schemaVersion: 2, mediaType: mediaTypes.ociIndex });
    },
  },
  {
    id: 'REFERRERS-2',
    level: 'MUST',
    section: listing,
    says: 'the list has the descriptor of each manifest with this subject: media type, digest, size, artifactType',
    holds: async (registry) => {
      const { repository, subject, referrers } = await attach(registry, twoTypes);
      const expected = referrers.map((referrer, position) => ({
        ...describePiece(referrer),
        artifactType: [sbomType, otherType][position],
      }));
      const found = descriptorsOf(await listReferrers(registry, repository, subject.digest));
      expect(found).toHaveLength(2);
      expect(found).toEqual(expect.arrayContaining(expected));
    },
  },
  {
    id: 'REFERRERS-3',
    level: 'MUST',
    section: listing,
    says: 'without an artifactType it is the media type of the config',
    holds: async (registry) => {
      const config = newBlob('application/vnd.example.config.v1+json');
      const { repository, subject } = await attach(registry, (about) => [newImage({ subject: about }, { config })]);
      const [found] = descriptorsOf(await listReferrers(registry, repository, subject.digest));
      expect(found?.artifactType).toBe(config.mediaType);
    },
  },
  {
    id: 'REFERRERS-4',
    level: 'MUST',
    section: listing,
    says: 'an index is listed with its artifactType',
    holds: async (registry) => {
      const { repository, subject, referrers } = await attach(registry, (about, image) => [
        indexOf([image], { subject: about, artifactType: sbomType }),
      ]);
      const [found] = descriptorsOf(await listReferrers(registry, repository, subject.digest));
      expect(found).toMatchObject({
        mediaType: mediaTypes.ociIndex,
        digest: referrers[0]?.digest,
        artifactType: sbomType,
      });
    },
  },
  {
    id: 'REFERRERS-5',
    level: 'MUST',
    section: listing,
    says: 'an index without an artifactType is listed without one',
    holds: async (registry) => {
      const { repository, subject } = await attach(registry, (about, image) => [indexOf([image], { subject: about })]);
      const [found] = descriptorsOf(await listReferrers(registry, repository, subject.digest));
      expect(found).toBeDefined();
      expect(found).not.toHaveProperty('artifactType');
    },
  },
  {
    id: 'REFERRERS-6',
    level: 'MUST',
    section: listing,
    says: 'the descriptors have the annotations of their manifests',
    holds: async (registry) => {
      const annotations = { 'org.opencontainers.image.created': '2022-01-01T14:42:55Z', 'org.example.kind': 'json' };
      const { repository, subject } = await attach(registry, (about, image) => [
        newImage({ subject: about, annotations }),
        indexOf([image], { subject: about, annotations }),
      ]);
      const found = descriptorsOf(await listReferrers(registry, repository, subject.digest));
      expect(found.map((one) => one.annotations)).toEqual([annotations, annotations]);
    },
  },
  {
    id: 'REFERRERS-7',
    level: 'MUST',
    section: listing,
    says: 'what nothing refers to has an empty list, never 404: a manifest, an unknown digest, an unknown repository',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const { digest } = await pushImage(registry, repository);
      for (const [name, subject] of [
        [repository, digest],
        [repository, absentDigest],
        [`${repository}/nothing`, absentDigest],
      ] as const) {
        const answer = await listReferrers(registry, name, subject);
        expect({ status: answer.status, found: descriptorsOf(answer) }).toEqual({ status: 200, found: [] });
      }
    },
  },
  {
    id: 'REFERRERS-8',
    level: 'MUST',
    section: listing,
    says: 'a digest that is none is 400',
    holds: async (registry) => {
      const repository = registry.newRepository();
      await pushImage(registry, repository);
      for (const digest of ['v1', 'sha256:12', 'nothing:0123']) {
        expect((await listReferrers(registry, repository, digest)).status).toBe(400);
      }
    },
  },
  {
    id: 'REFERRERS-9',
    level: 'SHOULD',
    section: listing,
    says: '`artifactType` filters the list',
    holds: async (registry) => {
      const { repository, subject, referrers } = await attach(registry, twoTypes);
      const filter = (type: string): string => `?artifactType=${encodeURIComponent(type)}`;
      const sboms = await listReferrers(registry, repository, subject.digest, filter(sbomType));
      expect(descriptorsOf(sboms).map(({ digest }) => digest)).toEqual([referrers[0]?.digest]);
      const none = await listReferrers(registry, repository, subject.digest, filter('application/nothing'));
      expect({ status: none.status, found: descriptorsOf(none) }).toEqual({ status: 200, found: [] });
    },
  },
  {
    id: 'REFERRERS-10',
    level: 'MUST',
    section: listing,
    says: 'a filtered answer says OCI-Filters-Applied: artifactType, an unfiltered one does not',
    holds: async (registry) => {
      const { repository, subject } = await attach(registry, twoTypes);
      const query = `?artifactType=${encodeURIComponent(otherType)}`;
      const filtered = await listReferrers(registry, repository, subject.digest, query);
      expect(filtered.headers['oci-filters-applied']).toBe('artifactType');
      const all = await listReferrers(registry, repository, subject.digest);
      expect(all.headers['oci-filters-applied']).toBeUndefined();
    },
  },
  {
    id: 'REFERRERS-11',
    level: 'MUST',
    section: listing,
    says: 'many referrers are all listed, following Link where there is one',
    holds: async (registry) => {
      const { repository, subject, referrers } = await attach(registry, (about) =>
        Array.from({ length: 12 }, () => newImage({ subject: about, artifactType: sbomType }, { layers: [] })),
      );
      const found: unknown[] = [];
      let answer: Answer | undefined = await listReferrers(registry, repository, subject.digest);
      while (answer !== undefined && found.length < 99) {
        found.push(...descriptorsOf(answer).map(({ digest }) => digest));
        const next: URL | undefined = nextOf(answer);
        answer = next === undefined ? undefined : await registry.send('GET', next);
      }
      expect(found.sort()).toEqual(referrers.map(({ digest }) => digest).sort());
    },
  },
  {
    id: 'REFERRERS-12',
    level: 'MUST',
    section: 'Push',
    says: 'a referrer may come before its subject, and is listed all the same',
    holds: async (registry) => {
      const repository = registry.newRepository();
      const subject = newImage();
      const early = await pushImage(registry, repository, newImage({ subject: describePiece(subject) }));
      const digests = async (): Promise<unknown[]> =>
        descriptorsOf(await listReferrers(registry, repository, subject.digest)).map(({ digest }) => digest);
      expect(await digests()).toEqual([early.digest]);
      await pushImage(registry, repository, subject, 'v1');
      expect(await digests()).toEqual([early.digest]);
    },
  },
  {
    id: 'REFERRERS-13',
    level: 'MUST',
    section: 'Enabling the Referrers API',
    says: 'manifests that an index at the tag of the referrers tag schema lists are in the answer',
    holds: async (registry) => {
      const { repository, subject, referrers } = await attach(registry, twoTypes);
      const tag = subject.digest.replace(':', '-');
      await pushImage(registry, repository, indexOf(referrers), tag);
      const found = descriptorsOf(await listReferrers(registry, repository, subject.digest));
      expect(found.map(({ digest }) => digest)).toEqual(expect.arrayContaining(referrers.map(({ digest }) => digest)));
    },
  },
];

/** What the spec asks for under "Content Discovery". */
export const discovery: readonly Requirement[] = [...tags, ...referrers];
