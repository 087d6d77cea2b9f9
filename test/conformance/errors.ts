import { expect } from '@jest/globals';
import { absentDigest, codesOf, newBlob, newImage, octets, pushImage, putManifest } from './contents.ts';
import type { Answer } from './exchange.ts';
import type { Requirement } from './requirement.ts';
import type { TestedRegistry } from './tested-registry.ts';

const codes = [
  'BLOB_UNKNOWN',
  'BLOB_UPLOAD_INVALID',
  'BLOB_UPLOAD_UNKNOWN',
  'DIGEST_INVALID',
  'MANIFEST_BLOB_UNKNOWN',
  'MANIFEST_INVALID',
  'MANIFEST_UNKNOWN',
  'NAME_INVALID',
  'NAME_UNKNOWN',
  'SIZE_INVALID',
  'UNAUTHORIZED',
  'DENIED',
  'UNSUPPORTED',
  'TOOMANYREQUESTS',
];

/** Failures of every kind, each with a body. */
async function failures(registry: TestedRegistry): Promise<Readonly<Record<string, Answer>>> {
  const repository = registry.newRepository();
  await pushImage(registry, repository, newImage(), 'v1');
  const base = `/v2/${repository}`;
  const upload = `${base}/blobs/uploads/00000000-0000-0000-0000-000000000000`;
  const invalid = { ...newImage(), bytes: newBlob().bytes };
  return {
    'unknown tag': await registry.send('GET', `${base}/manifests/nothing`),
    'unknown digest': await registry.send('GET', `${base}/manifests/${absentDigest}`),
    'unknown blob': await registry.send('GET', `${base}/blobs/${absentDigest}`),
    'unknown upload': await registry.send('PATCH', upload, { headers: octets, body: 'x' }),
    'unknown repository': await registry.send('GET', `${base}/nothing/tags/list`),
    'invalid manifest': await putManifest(registry, repository, invalid, 'v1'),
    'missing blobs': await putManifest(registry, repository, newImage(), 'v1'),
    'malformed digest': await registry.send('GET', `${base}/referrers/sha256:12`),
    'malformed number': await registry.send('GET', `${base}/tags/list?n=x`),
    'upper case': await registry.send('GET', `${base}/UPPER/tags/list`),
  };
}

/** What the spec asks for under "Error Codes" and "Warnings". Has to be the last to be checked: it judges all answers. */
export const errors: readonly Requirement[] = [
  {
    id: 'ERROR-1',
    level: 'MUST',
    section: 'Error Codes',
    says: 'a JSON body of a 4XX is a list of errors with a code, and maybe a message and a detail',
    holds: async (registry) => {
      for (const [failure, answer] of Object.entries(await failures(registry))) {
        expect({ failure, is4xx: answer.status >= 400 && answer.status < 500 }).toEqual({ failure, is4xx: true });
        if (answer.headers['content-type']?.includes('json') !== true) continue;
        const { errors } = answer.json() as { errors: Record<string, unknown>[] };
        expect(errors.length).toBeGreaterThan(0);
        for (const error of errors) {
          expect(Object.keys(error).filter((key) => !['code', 'message', 'detail'].includes(key))).toEqual([]);
          expect(['string', 'undefined']).toContain(typeof error.message);
        }
      }
    },
  },
  {
    id: 'ERROR-2',
    level: 'MUST',
    section: 'Error Codes',
    says: 'a code is of upper case letters and underscores',
    holds: async (registry) => {
      for (const answer of Object.values(await failures(registry))) {
        for (const code of codesOf(answer)) expect(code).toMatch(/^[A-Z_]+$/);
      }
    },
  },
  {
    id: 'ERROR-3',
    level: 'MUST',
    section: 'Error Codes',
    says: 'a code is one of the table',
    holds: async (registry) => {
      for (const answer of Object.values(await failures(registry))) {
        for (const code of codesOf(answer)) expect(codes).toContain(code);
      }
    },
    harborDeviates: {
      says: 'what it answers itself has NOT_FOUND and BAD_REQUEST, a name that is none is UNAUTHORIZED',
      holds: async (registry) => {
        const answers = Object.entries(await failures(registry));
        expect(Object.fromEntries(answers.map(([failure, answer]) => [failure, codesOf(answer)[0]]))).toEqual({
          'unknown tag': 'NOT_FOUND',
          'unknown digest': 'NOT_FOUND',
          'unknown blob': 'BLOB_UNKNOWN',
          'unknown upload': 'BLOB_UPLOAD_INVALID',
          'unknown repository': 'NOT_FOUND',
          'invalid manifest': 'MANIFEST_INVALID',
          'missing blobs': 'MANIFEST_BLOB_UNKNOWN',
          'malformed digest': 'BAD_REQUEST',
          'malformed number': 'BAD_REQUEST',
          'upper case': 'UNAUTHORIZED',
        });
      },
    },
  },
  {
    id: 'ERROR-4',
    level: 'MUST',
    section: 'Error Codes',
    says: 'who may not is answered 401 UNAUTHORIZED with a challenge',
    holds: async (registry) => {
      if ((await registry.send('GET', '/v2/', { anonymous: true })).status === 200) return;
      const path = `/v2/${registry.newRepository()}/blobs/uploads/`;
      const answer = await registry.send('POST', path, { anonymous: true });
      expect({ status: answer.status, codes: codesOf(answer) }).toEqual({ status: 401, codes: ['UNAUTHORIZED'] });
      expect(answer.headers['www-authenticate']).toMatch(/^(Bearer realm=|Basic)/);
    },
  },
  {
    id: 'WARNING-1',
    level: 'MUST',
    section: 'Warnings',
    says: 'a Warning has the code 299, the agent - and no date',
    holds: async ({ warnings }) => {
      for (const warning of warnings.flat()) expect(warning).toMatch(/^299 - "(?:[^"\\]|\\.)*"$/);
    },
  },
  {
    id: 'WARNING-2',
    level: 'MUST',
    section: 'Warnings',
    says: 'the warnings of an answer have no more than 4096 bytes',
    holds: async ({ warnings }) => {
      for (const all of warnings) expect(all.join('').length).toBeLessThanOrEqual(4096);
    },
  },
];
