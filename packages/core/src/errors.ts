import { redact } from './redact.ts';

/** What went wrong, in families: one exit code each. */
const families = {
  bug: 1,
  usage: 2,
  auth: 3,
  infrastructure: 4,
  policy: 5,
  rollout: 6,
  state: 7,
  'no-verdict': 8,
  integrity: 9,
} as const;

/** A family of errors; all codes of a family end with the same exit code. */
export type ErrorFamily = keyof typeof families;

/** The closed table of error codes, each with its family. Match on the code, never on a message. */
export const errorFamilies = {
  INTERNAL: 'bug',
  INPUT_INVALID: 'usage',
  CONFIG_INVALID: 'usage',
  REFERENCE_INVALID: 'usage',
  REFERENCE_NOT_FOUND: 'usage',
  FILE_UNREADABLE: 'usage',
  FILE_UNWRITABLE: 'usage',
  DOCKERFILE_INVALID: 'usage',
  DOCKERFILE_NEEDS_CONTAINER: 'usage',
  MANIFESTS_INVALID: 'usage',
  KEY_INVALID: 'usage',
  TRUST_ROOT_INVALID: 'usage',
  FORK_REFUSED: 'usage',
  RECORD_MISMATCH: 'usage',
  AUTH_FAILED: 'auth',
  ROBOT_REFUSED: 'auth',
  TOKEN_REFUSED: 'auth',
  AUTH_DENIED: 'auth',
  PROJECT_UNAVAILABLE: 'auth',
  CLUSTER_AUTH: 'auth',
  IDENTITY_TOKEN_INVALID: 'auth',
  NETWORK_UNREACHABLE: 'infrastructure',
  TLS_UNTRUSTED: 'infrastructure',
  REGISTRY_UNAVAILABLE: 'infrastructure',
  RATE_LIMITED: 'infrastructure',
  HARBOR_UNAVAILABLE: 'infrastructure',
  CLUSTER_UNREACHABLE: 'infrastructure',
  SIGSTORE_UNAVAILABLE: 'infrastructure',
  SIGNER_FAILED: 'infrastructure',
  ANSWER_UNEXPECTED: 'infrastructure',
  DEADLINE_EXCEEDED: 'infrastructure',
  GATE_REFUSED: 'policy',
  PULL_REFUSED: 'policy',
  SIGNATURE_MISSING: 'policy',
  SIGNATURE_INVALID: 'policy',
  SIGNATURE_NOT_ACCEPTED: 'policy',
  ATTESTATION_MISSING: 'policy',
  ATTESTATION_INVALID: 'policy',
  TRUST_ROOT_EXPIRED: 'policy',
  EXCEPTION_EXPIRED: 'policy',
  CERTIFICATE_EXPIRING: 'policy',
  ROLLOUT_FAILED: 'rollout',
  QUOTA_EXCEEDED: 'state',
  CONTENT_TOO_LARGE: 'state',
  PROJECT_IS_PROXY: 'state',
  TAG_IMMUTABLE: 'state',
  TAG_MOVED: 'state',
  REGISTRY_READ_ONLY: 'state',
  CONTENT_IN_USE: 'state',
  STATE_CONFLICT: 'state',
  SCAN_UNFINISHED: 'no-verdict',
  SCAN_FAILED: 'no-verdict',
  SCAN_OUTDATED: 'no-verdict',
  SCAN_NO_SCANNER: 'no-verdict',
  DIGEST_MISMATCH: 'integrity',
  CONTENT_HOSTILE: 'integrity',
} as const satisfies Record<string, ErrorFamily>;

/** One code of {@link errorFamilies}. */
export type ErrorCode = keyof typeof errorFamilies;

/** What a {@link PilotError} carries besides its code and message. */
export interface ErrorExtras {
  /** What the user can do, as one or two sentences. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
  /** Facts for machines: plain values, redacted like the message. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

/** The one error of Harbor Pilot: a fact (message), what to do (hint), and why (cause). Secrets are redacted at construction. */
export class PilotError extends Error {
  override readonly name = 'PilotError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, string | number | boolean>>;

  constructor(code: ErrorCode, message: string, extras: ErrorExtras = {}) {
    super(redact(message), extras.cause === undefined ? undefined : { cause: extras.cause });
    this.code = code;
    this.hint = extras.hint === undefined ? undefined : redact(extras.hint);
    this.details = Object.fromEntries(
      Object.entries(extras.details ?? {}).map(([key, value]) => [
        key,
        typeof value === 'string' ? redact(value) : value,
      ]),
    );
  }

  get exitCode(): number {
    return exitCodeOf(this.code);
  }
}

/** The process exit code of an error code (1 to 9). */
export function exitCodeOf(code: ErrorCode): number {
  return families[errorFamilies[code]];
}

/** Whether a retry without any other change may help. */
export function mayRetry(error: unknown): boolean {
  if (!(error instanceof PilotError)) return false;
  const family = errorFamilies[error.code];
  return family === 'infrastructure' || family === 'no-verdict';
}

/** What any thrown value says. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Gives any thrown value the shape of a {@link PilotError}; what is not one is a bug of ours. */
export function toPilotError(thrown: unknown): PilotError {
  if (thrown instanceof PilotError) return thrown;
  return new PilotError('INTERNAL', messageOf(thrown), {
    cause: thrown,
    hint: 'This is a bug of Harbor Pilot. Please report it with the lines above.',
  });
}

/** The messages of an error's causes, outermost first, redacted. */
export function causeChain(error: Error): string[] {
  const chain: string[] = [];
  for (let cause = error.cause; cause instanceof Error && chain.length < 10; cause = cause.cause) {
    chain.push(redact(cause.message));
  }
  return chain;
}
