import { type Digest, isDigest } from '@harbor-pilot/oci';
import type {
  BuildPart,
  GatePart,
  PromotionPart,
  PushedDestination,
  PushPart,
  RecordedSignature,
  ReleaseRecord,
  RolloutPart,
  SignaturePart,
  SigningCertificate,
} from './record.ts';
import { amount, dictionary, list, maybe, object, type Reader, text, truth, word, wrong } from './shape.ts';

const digest: Reader<Digest> = (value, path) => {
  const candidate = text(value, path);
  return isDigest(candidate) ? candidate : wrong(path, 'a digest');
};

const build = object<BuildPart>({
  platforms: list(object({ platform: text, digest, sizeBytes: amount })),
  durationSeconds: amount,
});

const push = object<PushPart>({
  quarantineTag: text,
  pushedBlobs: amount,
  presentBlobs: amount,
  sentBytes: amount,
  durationSeconds: amount,
  destinations: maybe(
    list(
      object<PushedDestination>({
        image: text,
        tags: list(text),
        pushedBlobs: amount,
        presentBlobs: amount,
        mountedBlobs: amount,
        retriedBlobs: amount,
        sentBytes: amount,
        bytesPerSecond: amount,
        durationSeconds: amount,
      }),
    ),
  ),
});

const promotion = object<PromotionPart>({
  from: text,
  image: text,
  tags: list(text),
  verified: truth,
  referrers: amount,
  pushedBlobs: amount,
  presentBlobs: amount,
  mountedBlobs: amount,
  sentBytes: amount,
  durationSeconds: amount,
});

const signature = object<SignaturePart>({
  format: word('bundle', 'classic', 'both'),
  keyId: text,
  certificate: maybe(object<SigningCertificate>({ identity: text, issuer: text })),
  witnessedBy: maybe(list(word('transparency-log', 'timestamp'))),
  signed: list(
    object<RecordedSignature>({ digest, signatureDigest: digest, format: maybe(word('bundle', 'classic')) }),
  ),
  acceptedByHarbor: truth,
  durationSeconds: amount,
});

const gate = object<GatePart>({
  verdict: word('passed', 'refused'),
  severityCutoff: text,
  onlyFixed: truth,
  scanner: maybe(text),
  counts: dictionary(amount),
  vulnerabilities: list(
    object<GatePart['vulnerabilities'][number]>({
      id: text,
      package: text,
      version: text,
      fixVersion: maybe(text),
      severity: text,
      cvssScore: maybe(amount),
      platforms: list(text),
      refused: truth,
    }),
  ),
  truncated: amount,
  reasons: list(text),
  judgedAt: maybe(text),
  durationSeconds: amount,
});

const rollout = object<RolloutPart>({
  outcome: word('complete', 'failed', 'undone'),
  namespace: text,
  workloads: list(
    object<RolloutPart['workloads'][number]>({
      kind: text,
      name: text,
      revisionBefore: maybe(amount),
      revision: maybe(amount),
      readyReplicas: amount,
      replicas: amount,
    }),
  ),
  reasons: list(text),
  timeline: list(object({ atSeconds: amount, workload: text, message: text })),
  durationSeconds: amount,
});

/** Reads a whole record: its fields in the order in which they are written, and no others. */
export const releaseRecord: Reader<ReleaseRecord> = object<ReleaseRecord>({
  schemaVersion: amount,
  image: text,
  digest,
  run: object<ReleaseRecord['run']>({
    ci: word('github', 'gitlab', 'jenkins', 'terminal'),
    runUrl: maybe(text),
    commit: maybe(text),
    repositoryUrl: maybe(text),
  }),
  startedAt: text,
  build: maybe(build),
  push: maybe(push),
  signature: maybe(signature),
  gate: maybe(gate),
  rollout: maybe(rollout),
  promotions: maybe(list(promotion)),
  tags: maybe(list(text)),
  outcome: maybe(word('released', 'refused', 'rollout-failed', 'interrupted', 'failed')),
  finishedAt: maybe(text),
});
