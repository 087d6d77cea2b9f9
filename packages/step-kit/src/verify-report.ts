import type { Digest } from '@harbor-pilot/oci';

/** How a digest or an image stands, best first. */
export const signatureStates = [
  'signed',
  /** Something of it was not given out. */
  'withheld',
  /** Of an image: the index is signed, one of its images is not. */
  'index-only',
  'not-signed',
  /** There are attestations, but no signature. */
  'only-attested',
  /** Signed with Notation alone, which is not verified. */
  'notation',
  'attestation-missing',
  'attestation-invalid',
  'no-timestamp',
  'no-transparency-log',
  'no-certificate-transparency',
  'expired-trust-root',
  'other-annotations',
  /** Signed for no repository in particular. */
  'unbound',
  /** Signed for another repository. */
  'replayed',
  'another-signer',
  'untrusted-certificate',
  /** The signature is that of another image. */
  'another-digest',
  'tampered',
] as const;

/** How a digest or an image stands. */
export type SignatureState = (typeof signatureStates)[number];

/** Who signed, as it was proved. */
export type ReportedSigner =
  | { readonly kind: 'key'; readonly keyId: Digest }
  | { readonly kind: 'certificate'; readonly identity: string; readonly issuer: string };

/** A signature that counts. */
export interface ReportedSignature {
  readonly format: 'bundle' | 'classic';
  /** Digest of the manifest that holds it. */
  readonly signatureDigest: Digest;
  readonly signer: ReportedSigner;
  /** What spoke for it besides, `transparency-log`. */
  readonly verifiedWith: readonly string[];
  /** By a log or a timestamp authority, ISO 8601. */
  readonly signedAt?: string;
  /** `registry/repository` that it was made for; absent when it does not say. */
  readonly signedFor?: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A signature that does not count. */
export interface ReportedRefusal {
  readonly format: 'bundle' | 'classic';
  readonly signatureDigest: Digest;
  readonly because: SignatureState;
  /** What exactly is wrong. */
  readonly reason?: string;
}

/** An attestation that is required. */
export interface ReportedAttestation {
  /** Type of its predicate. */
  readonly type: string;
  readonly outcome: 'verified' | 'missing' | 'invalid';
  readonly signer?: ReportedSigner;
  /** Why it does not count. */
  readonly because?: string;
}

/** A digest, and who signed it. */
export interface ReportedDigest {
  readonly digest: Digest;
  /** `linux/amd64`; absent for an index, and where nobody says. */
  readonly platform?: string;
  readonly state: SignatureState;
  readonly signatures: readonly ReportedSignature[];
  readonly refused: readonly ReportedRefusal[];
  /** Those that are required. */
  readonly attestations: readonly ReportedAttestation[];
  /** All of them, whoever made them. */
  readonly attestationCount: number;
  readonly notationCount: number;
  /** Why it could not be read. */
  readonly trouble?: string;
}

/** An image: itself first, then what is in its index. */
export interface VerifiedImage {
  /** `registry/repository`. */
  readonly image: string;
  readonly digest: Digest;
  readonly tags: readonly string[];
  readonly state: SignatureState;
  readonly digests: readonly ReportedDigest[];
}

/** Whose signatures count, and what must speak for them. */
export interface ReportedTerms {
  /** In words, one each. */
  readonly signers: readonly string[];
  /** What else is required, one sentence each. */
  readonly rules: readonly string[];
  /** What an input that begins with "insecure" leaves out, `transparency-log`. */
  readonly waivers: readonly string[];
  readonly trustRoot?: {
    readonly origin: string;
    /** When its newest part came into force, ISO 8601. */
    readonly updatedAt: string;
    readonly ageDays: number;
  };
}

/** All that one run of `verify` found: what every report is made of. */
export interface VerifyReport {
  readonly schemaVersion: 1;
  readonly scope: 'image' | 'project';
  /** `registry/repository` of an image, `registry/project` of a project. */
  readonly subject: string;
  readonly terms: ReportedTerms;
  readonly verdict: 'verified' | 'refused';
  /** How many images stand how; those that are none are left out. */
  readonly counts: Readonly<Partial<Record<SignatureState, number>>>;
  /** Of every signature that counts, what spoke for it: `key`, `certificate`, `transparency-log`. */
  readonly verifiedWith: readonly string[];
  readonly warnings: readonly string[];
  /** Of a project only those that are not signed, as many as there is room for; the file has all. */
  readonly images: readonly VerifiedImage[];
  /** ISO 8601. */
  readonly verifiedAt: string;
  readonly durationSeconds: number;
}
