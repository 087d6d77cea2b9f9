import type { Digest } from '@harbor-pilot/oci';
import type { RunInfo } from './runtime.ts';

/** Version of the record's shape; it rises when a reader of the old shape would misread the new one. */
export const recordSchemaVersion = 1;

/** What a release did, step by step: `harbor-pilot.json`. Each step reads it, adds its part, and refuses one about another digest. */
export interface ReleaseRecord {
  readonly schemaVersion: number;
  /** `registry/repository`, without tag and digest. */
  readonly image: string;
  /** The one digest that everything is about. */
  readonly digest: Digest;
  readonly run: RunInfo;
  readonly startedAt: string;
  readonly build?: BuildPart;
  readonly push?: PushPart;
  readonly signature?: SignaturePart;
  readonly gate?: GatePart;
  readonly rollout?: RolloutPart;
  /** Where else the image was copied to, one for each repository. */
  readonly promotions?: readonly PromotionPart[];
  /** Release tags that were set, after the gate. */
  readonly tags?: readonly string[];
  readonly outcome?: 'released' | 'refused' | 'rollout-failed' | 'interrupted' | 'failed';
  readonly finishedAt?: string;
}

/** The images of a build. */
export interface BuildPart {
  readonly platforms: readonly { readonly platform: string; readonly digest: Digest; readonly sizeBytes: number }[];
  readonly durationSeconds: number;
}

/** What a push moved. */
export interface PushPart {
  readonly quarantineTag: string;
  readonly pushedBlobs: number;
  readonly presentBlobs: number;
  readonly sentBytes: number;
  readonly durationSeconds: number;
  /** The same for each destination, that of the record first. Absent in records of versions that had but one. */
  readonly destinations?: readonly PushedDestination[];
}

/** What a push moved to one repository. */
export interface PushedDestination {
  /** `registry/repository`. */
  readonly image: string;
  readonly tags: readonly string[];
  readonly pushedBlobs: number;
  readonly presentBlobs: number;
  /** Taken over from another repository of the same registry. */
  readonly mountedBlobs: number;
  /** Whose upload broke, and went on or was begun again. */
  readonly retriedBlobs: number;
  readonly sentBytes: number;
  readonly bytesPerSecond: number;
  readonly durationSeconds: number;
}

/** A copy of the image, by digest, in another repository. */
export interface PromotionPart {
  /** `registry/repository` that it came from. */
  readonly from: string;
  /** `registry/repository` that it went to. */
  readonly image: string;
  readonly tags: readonly string[];
  /** Whether its signature was verified before. */
  readonly verified: boolean;
  /** Signatures, attestations and other referrers that are there with it. */
  readonly referrers: number;
  readonly pushedBlobs: number;
  readonly presentBlobs: number;
  readonly mountedBlobs: number;
  readonly sentBytes: number;
  readonly durationSeconds: number;
}

/** Who has signed without a key of one's own. */
export interface SigningCertificate {
  /** A URI or a mail address. */
  readonly identity: string;
  /** Who vouched for it: the URL of an OIDC issuer. */
  readonly issuer: string;
}

/** One signature that was written. */
export interface RecordedSignature {
  readonly digest: Digest;
  /** Digest of the manifest that holds it. */
  readonly signatureDigest: Digest;
  /** Absent in records of versions that wrote but one form at a time. */
  readonly format?: 'bundle' | 'classic';
}

/** Which digests were signed, how, and with which key. */
export interface SignaturePart {
  readonly format: 'bundle' | 'classic' | 'both';
  /** `sha256:` digest of the public key in DER; without a key of one's own, of one that was made for this run. */
  readonly keyId: string;
  /** Who has signed, as the certificate says; absent when a key has. */
  readonly certificate?: SigningCertificate;
  /** What testifies to the signatures. Absent in records of versions that had no witnesses. */
  readonly witnessedBy?: readonly ('transparency-log' | 'timestamp')[];
  readonly signed: readonly RecordedSignature[];
  /** Whether Harbor lists the signatures as accessories. */
  readonly acceptedByHarbor: boolean;
  readonly durationSeconds: number;
}

/** One vulnerability in a record. */
export interface RecordedVulnerability {
  readonly id: string;
  readonly package: string;
  readonly version: string;
  readonly fixVersion?: string;
  readonly severity: string;
  readonly cvssScore?: number;
  readonly platforms: readonly string[];
  /** Whether it counts against the policy. */
  readonly refused: boolean;
}

/** The verdict on an image and what it rests on. */
export interface GatePart {
  readonly verdict: 'passed' | 'refused';
  readonly severityCutoff: string;
  readonly onlyFixed: boolean;
  readonly scanner?: string;
  /** How many there are of each severity, whether they count or not. */
  readonly counts: Readonly<Record<string, number>>;
  /** Worst first, at most 1,000; `truncated` says how many more there are. */
  readonly vulnerabilities: readonly RecordedVulnerability[];
  readonly truncated: number;
  readonly reasons: readonly string[];
  /** ISO 8601; absent in records of versions that did not tell. */
  readonly judgedAt?: string;
  readonly durationSeconds: number;
}

/** One thing that happened in a rollout. */
export interface TimelineEntry {
  /** Since the rollout began. */
  readonly atSeconds: number;
  readonly workload: string;
  readonly message: string;
}

/** What a rollout did. */
export interface RolloutPart {
  readonly outcome: 'complete' | 'failed' | 'undone';
  readonly namespace: string;
  readonly workloads: readonly {
    readonly kind: string;
    readonly name: string;
    readonly revisionBefore?: number;
    readonly revision?: number;
    readonly readyReplicas: number;
    readonly replicas: number;
  }[];
  /** Why it failed: the reasons that pods, conditions and events gave. */
  readonly reasons: readonly string[];
  readonly timeline: readonly TimelineEntry[];
  readonly durationSeconds: number;
}
