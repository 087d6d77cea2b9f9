import { digestOf } from '@harbor-pilot/oci';
import type { ReleaseRecord } from '../src/index.ts';

/** A record with every field of every part. */
export const sampleRecord: ReleaseRecord = {
  schemaVersion: 1,
  image: 'harbor.example/acme/app',
  digest: digestOf('index'),
  run: {
    ci: 'github',
    runUrl: 'https://github.example/acme/app/actions/runs/1',
    commit: '0123456789abcdef0123456789abcdef01234567',
    repositoryUrl: 'https://github.example/acme/app',
  },
  startedAt: '2026-11-22T12:00:00.000Z',
  build: {
    platforms: [{ platform: 'linux/amd64', digest: digestOf('amd64'), sizeBytes: 1234 }],
    durationSeconds: 1.5,
  },
  push: {
    quarantineTag: 'pilot-0123456789ab',
    pushedBlobs: 3,
    presentBlobs: 1,
    sentBytes: 4321,
    durationSeconds: 0.5,
    destinations: [
      {
        image: 'harbor.example/acme/app',
        tags: ['1.2.3'],
        pushedBlobs: 3,
        presentBlobs: 1,
        mountedBlobs: 0,
        retriedBlobs: 1,
        sentBytes: 4321,
        bytesPerSecond: 8642,
        durationSeconds: 0.5,
      },
    ],
  },
  signature: {
    format: 'bundle',
    keyId: digestOf('key'),
    signed: [{ digest: digestOf('index'), signatureDigest: digestOf('signature') }],
    acceptedByHarbor: true,
    durationSeconds: 0.2,
  },
  gate: {
    verdict: 'passed',
    severityCutoff: 'high',
    onlyFixed: true,
    scanner: 'Trivy v0.68.2',
    counts: { Critical: 0, High: 0, Medium: 1 },
    vulnerabilities: [
      {
        id: 'CVE-2099-0001',
        package: 'openssl',
        version: '1.1.1k',
        fixVersion: '1.1.1l',
        severity: 'Medium',
        cvssScore: 5.3,
        platforms: ['linux/amd64'],
        refused: false,
      },
    ],
    truncated: 0,
    reasons: ['The scanner found 1 vulnerability, not of high severity or worse with a fix.'],
    durationSeconds: 4,
  },
  rollout: {
    outcome: 'complete',
    namespace: 'shop',
    workloads: [{ kind: 'Deployment', name: 'app', revisionBefore: 3, revision: 4, readyReplicas: 2, replicas: 2 }],
    reasons: [],
    timeline: [{ atSeconds: 0.1, workload: 'Deployment/app', message: 'patched' }],
    durationSeconds: 6,
  },
  promotions: [
    {
      from: 'harbor.example/acme/app',
      image: 'harbor.example/production/app',
      tags: ['1.2.3'],
      verified: true,
      referrers: 3,
      pushedBlobs: 0,
      presentBlobs: 0,
      mountedBlobs: 4,
      sentBytes: 0,
      durationSeconds: 0.3,
    },
  ],
  tags: ['1.2.3', 'latest'],
  outcome: 'released',
  finishedAt: '2026-11-22T12:00:20.000Z',
};
