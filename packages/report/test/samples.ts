import { createHash } from 'node:crypto';
import type { RecordedVulnerability, ReleaseRecord } from '@harbor-pilot/step-kit';

type Digest = ReleaseRecord['digest'];

export function digestOf(text: string): Digest {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

export function vulnerability(fields: Partial<RecordedVulnerability> = {}): RecordedVulnerability {
  return {
    id: 'CVE-2099-0001',
    package: 'openssl',
    version: '3.0.11-1~deb12u2',
    severity: 'Low',
    platforms: ['linux/amd64', 'linux/arm64'],
    refused: false,
    ...fields,
  };
}

const counts = { Critical: 0, High: 0, Medium: 1, Low: 1, Negligible: 0, Unknown: 0 };

export const released: ReleaseRecord = {
  schemaVersion: 1,
  image: 'harbor.example:8443/shop/hello',
  digest: digestOf('released'),
  run: {
    ci: 'github',
    runUrl: 'https://github.example/shop/hello/actions/runs/42',
    commit: '0123456789abcdef0123456789abcdef01234567',
    repositoryUrl: 'https://github.example/shop/hello',
  },
  startedAt: '2026-11-22T12:00:00.000Z',
  build: {
    platforms: [
      { platform: 'linux/amd64', digest: digestOf('amd64'), sizeBytes: 12_345_678 },
      { platform: 'linux/arm64', digest: digestOf('arm64'), sizeBytes: 11_345_678 },
    ],
    durationSeconds: 1.42,
  },
  push: {
    quarantineTag: 'pilot-0123456789ab',
    pushedBlobs: 5,
    presentBlobs: 2,
    sentBytes: 9_876_543,
    durationSeconds: 0.6,
    destinations: [
      {
        image: 'harbor.example:8443/shop/hello',
        tags: ['pilot-0123456789ab'],
        pushedBlobs: 5,
        presentBlobs: 2,
        mountedBlobs: 0,
        retriedBlobs: 1,
        sentBytes: 9_876_543,
        bytesPerSecond: 16_460_905,
        durationSeconds: 0.6,
      },
    ],
  },
  signature: {
    format: 'bundle',
    keyId: digestOf('key'),
    signed: ['released', 'amd64', 'arm64'].map((name) => ({
      digest: digestOf(name),
      signatureDigest: digestOf(`signature of ${name}`),
    })),
    acceptedByHarbor: true,
    durationSeconds: 0.21,
  },
  gate: {
    verdict: 'passed',
    severityCutoff: 'high',
    onlyFixed: true,
    scanner: 'Trivy v0.68.2',
    counts,
    vulnerabilities: [
      vulnerability({ severity: 'Medium', cvssScore: 5.3, fixVersion: '3.0.12' }),
      vulnerability({ id: 'GHSA-abcd-1234-wxyz', package: 'zlib' }),
    ],
    truncated: 0,
    reasons: ['The scanner found 2 vulnerabilities on 2 platforms, none of them of high severity or worse with a fix.'],
    durationSeconds: 3.9,
  },
  tags: ['1.2.3', '1.2', 'latest'],
  rollout: {
    outcome: 'complete',
    namespace: 'shop',
    workloads: [
      { kind: 'Deployment', name: 'hello', revisionBefore: 3, revision: 4, readyReplicas: 3, replicas: 3 },
      { kind: 'Deployment', name: 'hello-worker', revision: 1, readyReplicas: 1, replicas: 1 },
    ],
    reasons: [],
    timeline: [
      { atSeconds: 0.1, workload: 'Deployment/hello', message: 'image set to the new digest, revision 4' },
      { atSeconds: 0.2, workload: 'Deployment/hello-worker', message: 'image set to the new digest, revision 1' },
      { atSeconds: 1.4, workload: 'Deployment/hello', message: '1 of 3 replicas ready' },
      { atSeconds: 2.2, workload: 'Deployment/hello-worker', message: '1 of 1 replicas ready' },
      { atSeconds: 3.8, workload: 'Deployment/hello', message: '2 of 3 replicas ready' },
      { atSeconds: 5.9, workload: 'Deployment/hello', message: '3 of 3 replicas ready' },
    ],
    durationSeconds: 6.1,
  },
  outcome: 'released',
  finishedAt: '2026-11-22T12:00:14.200Z',
};

const nothingMoved = { pushedBlobs: 0, presentBlobs: 0, mountedBlobs: 0, sentBytes: 0, durationSeconds: 0 };

/** One that was pushed to two repositories at once, and later promoted to two others. */
export const promoted: ReleaseRecord = {
  ...released,
  push: {
    quarantineTag: 'pilot-0123456789ab',
    pushedBlobs: 10,
    presentBlobs: 4,
    sentBytes: 19_753_086,
    durationSeconds: 1.8,
    destinations: [
      ...(released.push?.destinations ?? []),
      {
        image: 'mirror.example/eu/shop/hello',
        tags: ['stable'],
        pushedBlobs: 5,
        presentBlobs: 2,
        mountedBlobs: 0,
        retriedBlobs: 0,
        sentBytes: 9_876_543,
        bytesPerSecond: 8_230_453,
        durationSeconds: 1.2,
      },
    ],
  },
  promotions: [
    {
      from: released.image,
      image: 'harbor.example:8443/production/hello',
      tags: ['1.2.3'],
      verified: true,
      referrers: 4,
      ...nothingMoved,
      mountedBlobs: 9,
      durationSeconds: 0.4,
    },
    {
      from: released.image,
      image: 'archive.example/shop/hello',
      tags: ['2026', 'kept'],
      verified: false,
      referrers: 1,
      ...nothingMoved,
      durationSeconds: 0.1,
    },
  ],
};

export const refused: ReleaseRecord = {
  schemaVersion: 1,
  image: released.image,
  digest: digestOf('refused'),
  run: { ci: 'terminal' },
  startedAt: '2026-11-22T12:01:00.000Z',
  ...(released.build && { build: released.build }),
  ...(released.push && { push: released.push }),
  ...(released.signature && { signature: released.signature }),
  gate: {
    verdict: 'refused',
    severityCutoff: 'high',
    onlyFixed: false,
    scanner: 'Trivy v0.68.2',
    counts: { Critical: 2, High: 9, Medium: 34, Low: 61, Negligible: 5, Unknown: 1 },
    vulnerabilities: [
      ...['Critical', 'High', 'Unknown', 'Medium', 'Low', 'Negligible'].flatMap((severity, rank) =>
        Array.from({ length: 6 }, (_, number) =>
          vulnerability({
            id: `CVE-2099-${rank}${String(number).padStart(3, '0')}`,
            package: ['openssl', 'libxml2', 'curl', 'busybox', 'expat', '@acme/left-pad'][number] ?? 'zlib',
            severity,
            refused: rank < 3,
            ...(rank === 2 ? {} : { cvssScore: 9.8 - rank * 1.4 }),
            ...(number % 2 === 0 ? { fixVersion: '3.0.12' } : {}),
            platforms: number % 3 === 0 ? ['linux/arm64'] : ['linux/amd64', 'linux/arm64'],
          }),
        ),
      ),
    ],
    truncated: 76,
    reasons: [
      '12 vulnerabilities are of high severity or worse; the policy allows none.',
      'CVE-2099-0000 in openssl 3.0.11 (critical): fixed in 3.0.12, on linux/arm64.',
      'CVE-2099-0001 in libxml2 2.9.14 (critical): no fix yet, on linux/amd64, linux/arm64.',
      'And 10 more that count.',
    ],
    durationSeconds: 4.4,
  },
  outcome: 'refused',
  finishedAt: '2026-11-22T12:01:08.000Z',
};

export const undone: ReleaseRecord = {
  ...released,
  digest: digestOf('undone'),
  run: { ci: 'jenkins', runUrl: 'https://jenkins.example/job/hello/7/' },
  rollout: {
    outcome: 'undone',
    namespace: 'shop',
    workloads: [{ kind: 'Deployment', name: 'hello', revisionBefore: 4, revision: 6, readyReplicas: 3, replicas: 3 }],
    reasons: [
      'Pod hello-7d9c5b6f4-x2x8p: ImagePullBackOff: the registry answered 401 to the pull secret "harbor": the robot account robot$shop+pull is disabled or its secret is old.',
      'Deployment/hello did not become ready within 8 s and was set back to revision 4.',
    ],
    timeline: [
      { atSeconds: 0.1, workload: 'Deployment/hello', message: 'image set to the new digest, revision 5' },
      { atSeconds: 0.9, workload: 'Deployment/hello', message: 'pod hello-7d9c5b6f4-x2x8p scheduled to node amd64-1' },
      { atSeconds: 1.3, workload: 'Deployment/hello', message: 'pod hello-7d9c5b6f4-x2x8p: ErrImagePull' },
      { atSeconds: 4.2, workload: 'Deployment/hello', message: 'pod hello-7d9c5b6f4-x2x8p: ImagePullBackOff' },
      { atSeconds: 8, workload: 'Deployment/hello', message: 'deadline over, set back to revision 4' },
      { atSeconds: 9.4, workload: 'Deployment/hello', message: 'revision 4 is ready again, 3 of 3 replicas' },
    ],
    durationSeconds: 9.5,
  },
  outcome: 'rollout-failed',
};
