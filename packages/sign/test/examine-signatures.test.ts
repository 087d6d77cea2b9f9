import { PilotError, systemClock } from '@harbor-pilot/core';
import {
  type Content,
  contentOf,
  emptyContent,
  formatManifest,
  type Manifest,
  mediaTypes,
  parseManifest,
} from '@harbor-pilot/oci';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type ExamineOptions, exactName, examineSignatures } from '../src/index.ts';
import { changedJson } from './changed-json.ts';
import {
  keylessRegistry,
  later,
  reference,
  repository,
  signedDigest,
  workflow,
  workflowPolicy,
} from './keyless-fixture.ts';
import type { MemoryRegistry } from './memory-registry.ts';

let registry: MemoryRegistry;
beforeEach(async () => {
  registry = await keylessRegistry();
});

const examine = async (form: 'bundle' | 'classic', change: Partial<ExamineOptions> = {}) =>
  examineSignatures({
    registry,
    repository,
    digest: signedDigest(form),
    policy: await workflowPolicy(),
    clock: { ...systemClock, now: () => later },
    ...change,
  });
const image = (name: string) => contentOf(mediaTypes.ociManifest, name).descriptor;
const manifestOf = ({ bytes, descriptor }: Content): Manifest => {
  const parsed = parseManifest(bytes, descriptor.mediaType);
  if (parsed.kind !== 'manifest') throw new Error('no manifest');
  return parsed.manifest;
};

describe('what cosign signed without a key', () => {
  it('is proved as a bundle, which is for no repository in particular', async () => {
    const { proved, refused, attestations } = await examine('bundle');
    expect([refused, attestations]).toEqual([[], 1]);
    expect(proved).toMatchObject([
      {
        format: 'bundle',
        reference: undefined,
        proof: {
          signer: { kind: 'certificate', ...workflow },
          verifiedWith: ['transparency-log', 'timestamp', 'certificate-transparency'],
          waived: [],
        },
      },
    ]);
    await expect(examine('bundle', { expectedReference: reference })).resolves.toMatchObject({
      proved: [],
      refused: [{ failure: 'no repository' }],
    });
  });

  it('is proved in the classic form, for its repository', async () => {
    await expect(examine('classic', { expectedReference: reference })).resolves.toMatchObject({
      proved: [{ format: 'classic', reference, proof: { signer: workflow, signedAt: expect.any(String) as unknown } }],
      refused: [],
    });
    await expect(examine('classic', { expectedReference: 'harbor.example.com/shop/app' })).resolves.toMatchObject({
      proved: [],
      refused: [{ failure: 'another repository', reason: `it is for ${reference}` }],
    });
  });

  it.each(['bundle', 'classic'] as const)('is told from what somebody else signed: %s', async (form) => {
    const { signers, ...rest } = await workflowPolicy();
    const signer = { kind: 'certificate', identity: exactName('ci@shop.example'), issuer: exactName('x') } as const;
    const change = { policy: { ...rest, signers: [signer] } };
    await expect(examine(form, change)).resolves.toMatchObject({
      proved: [],
      refused: [{ failure: 'another signer' }],
    });
    await expect(examine(form, change)).resolves.toMatchObject({
      refused: [{ reason: `signed by ${workflow.identity}, for whom ${workflow.issuer} vouches` }],
    });
  });

  it.each(['bundle', 'classic'] as const)('does not count by a trust root that ended before: %s', async (form) => {
    const validFor = { start: '2020-01-01T00:00:00Z', end: '2021-01-01T00:00:00Z' };
    const policy = await workflowPolicy((root) =>
      changedJson(root, ['certificateAuthorities', '0', 'validFor'], validFor),
    );
    await expect(examine(form, { policy })).resolves.toMatchObject({ refused: [{ failure: 'expired trust root' }] });
  });

  it('does not count for another image that it was attached to', async () => {
    const [bundle] = [...registry.manifests.values()].filter(({ bytes }) => String(bytes).includes('/sign/v1'));
    if (bundle === undefined) throw new Error('there is no bundle');
    await registry.pushReferrer(repository, formatManifest({ ...manifestOf(bundle), subject: image('other') }));
    await expect(examine('bundle', { digest: image('other').digest })).resolves.toMatchObject({
      proved: [],
      refused: [{ failure: 'another digest', reason: `it is of ${signedDigest('bundle')}` }],
    });
  });

  it('does not count without the texts that are asked for', async () => {
    const annotations = { stage: 'production' };
    await expect(examine('classic', { annotations })).resolves.toMatchObject({
      refused: [{ failure: 'other annotations', reason: 'it does not say stage=production' }],
    });
  });
});

describe('what is no signature', () => {
  const removeSignatures = (): void => {
    for (const [name, { bytes }] of registry.manifests) {
      const isSignature = /simplesigning|\/sign\/v1/.test(String(bytes));
      if (isSignature) registry.manifests.delete(name);
    }
  };

  it.each(['bundle', 'classic'] as const)('is counted, of attestations in the form %s', async (form) => {
    removeSignatures();
    await expect(examine(form)).resolves.toMatchObject({ proved: [], refused: [], attestations: 1, notation: 0 });
  });

  it('is counted, of Notation', async () => {
    const artifactType = 'application/vnd.cncf.notary.signature';
    const mediaType = mediaTypes.ociManifest;
    const subject = image('other');
    const manifest = formatManifest({ mediaType, artifactType, config: emptyContent.descriptor, layers: [], subject });
    await registry.pushReferrer(repository, manifest);
    const change = { digest: subject.digest };
    await expect(examine('bundle', change)).resolves.toMatchObject({ proved: [], refused: [], notation: 1 });
  });
});

describe('a registry', () => {
  it('that does not give out one form does not hide the other', async () => {
    const { fetchManifest } = registry;
    registry.fetchManifest = async (name, tagOrDigest) => {
      if (tagOrDigest.endsWith('.sig')) throw new PilotError('PULL_REFUSED', 'not signed');
      return fetchManifest(name, tagOrDigest);
    };
    const { proved, withheld } = await examine('bundle');
    expect([proved.length, withheld?.code]).toEqual([1, 'PULL_REFUSED']);
    await expect(examine('classic')).resolves.toMatchObject({ proved: [], withheld: { code: 'PULL_REFUSED' } });
  });

  it('that lists referrers without end is left', async () => {
    registry.listReferrers = async function* () {
      for (;;) yield { ...image('other'), artifactType: 'application/example' };
    };
    await expect(examine('bundle')).rejects.toMatchObject({ code: 'CONTENT_HOSTILE' });
  });
});
