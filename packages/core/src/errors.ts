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

interface ErrorRow {
  readonly family: ErrorFamily;
  readonly title: string;
}

const row = (family: ErrorFamily, title: string): ErrorRow => ({ family, title });

/** The closed table of error codes. Match on the code, never on a message. */
export const errorTable = {
  INTERNAL: row('bug', 'A bug of Harbor Pilot'),
  INPUT_INVALID: row('usage', 'An input is missing, unknown or has a value that cannot be used'),
  CONFIG_INVALID: row('usage', 'harbor-pilot.yml cannot be used'),
  REFERENCE_INVALID: row('usage', 'An image reference cannot be read'),
  REFERENCE_NOT_FOUND: row('usage', 'The registry has no such tag or digest'),
  FILE_UNREADABLE: row('usage', 'A file is missing or cannot be read'),
  FILE_UNWRITABLE: row('usage', 'A file or folder cannot be written'),
  DOCKERFILE_INVALID: row('usage', 'The Dockerfile cannot be built'),
  DOCKERFILE_NEEDS_CONTAINER: row('usage', 'The Dockerfile has an instruction that needs a container'),
  MANIFESTS_INVALID: row('usage', 'The Kubernetes manifests cannot be used'),
  KEY_INVALID: row('usage', 'A signing or verification key cannot be used'),
  FORK_REFUSED: row('usage', 'The job is for a fork, whose code must not be written with the secrets of the project'),
  RECORD_MISMATCH: row('usage', 'The release record is about something else'),
  AUTH_FAILED: row('auth', 'The credentials were refused'),
  ROBOT_REFUSED: row('auth', 'The robot account was refused: disabled, expired, or with a new secret'),
  TOKEN_REFUSED: row('auth', 'The registry refused a token that it had just given'),
  AUTH_DENIED: row('auth', 'The account may not do this'),
  PROJECT_UNAVAILABLE: row('auth', 'The project does not exist, or the account may not see it'),
  CLUSTER_AUTH: row('auth', 'The cluster refused the credentials or the permission'),
  NETWORK_UNREACHABLE: row('infrastructure', 'The host cannot be reached'),
  TLS_UNTRUSTED: row('infrastructure', 'The certificate of the host is not trusted'),
  REGISTRY_UNAVAILABLE: row('infrastructure', 'The registry cannot answer now'),
  RATE_LIMITED: row('infrastructure', 'The server takes no more requests for now'),
  HARBOR_UNAVAILABLE: row('infrastructure', 'Harbor cannot answer now'),
  CLUSTER_UNREACHABLE: row('infrastructure', 'The cluster cannot be reached'),
  ANSWER_UNEXPECTED: row('infrastructure', 'A server gave an answer that makes no sense'),
  DEADLINE_EXCEEDED: row('infrastructure', 'The time for a request or a wait was over'),
  GATE_REFUSED: row('policy', 'The scan gate refused the image'),
  PULL_REFUSED: row('policy', 'A policy of the Harbor project refuses to give out the image'),
  SIGNATURE_MISSING: row('policy', 'The image is not signed'),
  SIGNATURE_INVALID: row('policy', 'No signature of the image is from the expected signer'),
  SIGNATURE_NOT_ACCEPTED: row('policy', 'Harbor does not list the signature that was pushed'),
  EXCEPTION_EXPIRED: row('policy', 'An exception from the policy of the gate has ended'),
  CERTIFICATE_EXPIRING: row('policy', 'A certificate is about to expire, or not valid now'),
  ROLLOUT_FAILED: row('rollout', 'The rollout failed'),
  QUOTA_EXCEEDED: row('state', 'The storage quota of the project is used up'),
  CONTENT_TOO_LARGE: row('state', 'A proxy in front of the registry takes no body so large'),
  PROJECT_IS_PROXY: row('state', 'The project is a proxy cache, which takes no pushes'),
  TAG_IMMUTABLE: row('state', 'The tag is immutable and holds another digest'),
  TAG_MOVED: row('state', 'Another job has moved the tag in between'),
  REGISTRY_READ_ONLY: row('state', 'Harbor is in read-only mode'),
  CONTENT_IN_USE: row('state', 'Something else in the registry depends on it'),
  STATE_CONFLICT: row('state', 'The state of the registry does not allow this'),
  SCAN_UNFINISHED: row('no-verdict', 'The scan did not finish in time'),
  SCAN_FAILED: row('no-verdict', 'The scan failed'),
  SCAN_OUTDATED: row('no-verdict', 'The scan, or the data of the scanner, is older than the policy wants'),
  SCAN_NO_SCANNER: row('no-verdict', 'The project has no scanner that can scan the image'),
  DIGEST_MISMATCH: row('integrity', 'The content is not what its digest says'),
  CONTENT_HOSTILE: row('integrity', 'The content breaks a limit or a rule that protects the reader'),
} as const satisfies Record<string, ErrorRow>;

/** One code of {@link errorTable}. */
export type ErrorCode = keyof typeof errorTable;

/** What a {@link PilotError} carries besides its code and message. */
export interface ErrorExtras {
  /** What the user can do, as one or two sentences. */
  readonly hint?: string;
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
  return families[errorTable[code].family];
}

/** Whether a retry without any other change may help. */
export function mayRetry(error: unknown): boolean {
  if (!(error instanceof PilotError)) return false;
  const { family } = errorTable[error.code];
  return family === 'infrastructure' || family === 'no-verdict';
}

/** Gives any thrown value the shape of a {@link PilotError}; what is not one is a bug of ours. */
export function toPilotError(thrown: unknown): PilotError {
  if (thrown instanceof PilotError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new PilotError('INTERNAL', message, {
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
