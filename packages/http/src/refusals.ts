import { type ErrorCode, PilotError } from '@harbor-pilot/core';
import { type Credentials, isRobot } from './basic.ts';
import { credentialsHint } from './credentials-hint.ts';
import type { Problem } from './problem.ts';

/** What was tried, for the message. */
export interface Attempt {
  /** Harbor's API, or the distribution API of Harbor or any other registry. */
  readonly server: 'harbor' | 'registry';
  readonly host: string;
  /** `push acme/app:v1`, after "cannot". */
  readonly what: string;
  readonly credentials?: Credentials | undefined;
  /** The credentials themselves were refused, not only the wish. */
  readonly isCredentialsRefused?: boolean;
  /** It was the token service that was asked. */
  readonly isTokenService?: boolean;
  readonly project?: string | undefined;
  /** What a robot account needs for it, `scan: create`. */
  readonly permission?: string | undefined;
  /** What the token allows in the repository, `pull`, when it tells; and what was asked for. */
  readonly grant?: { readonly wanted: readonly string[]; readonly granted: readonly string[] } | undefined;
}

/** One meaning of a refusal: the first row whose `when` holds counts. */
interface Row {
  readonly when: (problem: Problem, attempt: Attempt) => boolean;
  readonly code: ErrorCode | ((attempt: Attempt) => ErrorCode);
  /** The server's own text when absent. */
  readonly why?: (problem: Problem, attempt: Attempt) => string;
  readonly hint: string | ((attempt: Attempt) => string);
}

/**
 * Makes the error for a status that was not wanted. The same status means different things; Harbor's code and text tell
 * (observed on 2.12 to 2.15).
 */
export function refusalError(problem: Problem, attempt: Attempt): PilotError {
  const row = rows.find(({ when }) => when(problem, attempt)) ?? unexpected;
  const why = row.why?.(problem, attempt) ?? problem.text;
  const { status, code, retryAfter } = problem;
  return new PilotError(
    typeof row.code === 'string' ? row.code : row.code(attempt),
    `${attempt.host}: cannot ${attempt.what}: ${why}`,
    {
      hint: typeof row.hint === 'string' ? row.hint : row.hint(attempt),
      details: {
        host: attempt.host,
        status,
        ...(code === '' ? {} : { refusalCode: code }),
        ...(retryAfter === undefined ? {} : { retryAfter: retryAfter.slice(0, 40) }),
      },
    },
  );
}

/** The error for credentials that a server does not take. Harbor does not tell why it refuses a robot account. */
export function credentialsRefused(host: string, credentials: Credentials): PilotError {
  const code = isRobot(credentials) ? 'ROBOT_REFUSED' : 'AUTH_FAILED';
  return new PilotError(code, `${host} refused the credentials of ${credentials.username}`, {
    hint: credentialsHint(credentials),
    details: { host },
  });
}

const answered =
  (status: number, text?: RegExp) =>
  (problem: Problem): boolean =>
    problem.status === status && (text === undefined || text.test(problem.text));

const account = ({ credentials }: Attempt): string =>
  credentials === undefined ? 'An anonymous account' : `The account ${credentials.username}`;

const transport: readonly Row[] = [
  {
    when: answered(400, /No required SSL certificate/),
    code: 'TLS_UNTRUSTED',
    why: () => 'it requires a client certificate, and none was given',
    hint: 'Give it as the input "client-certificate" with "client-key", or as a PKCS#12 file with "client-key-password".',
  },
  {
    when: answered(400, /SSL certificate error/),
    code: 'TLS_UNTRUSTED',
    why: () => 'it does not accept the client certificate that was given',
    hint: 'Check that the certificate is from an authority that the server takes for clients, and has not been revoked.',
  },
  {
    when: answered(400, /plain HTTP request was sent|HTTP request to an HTTPS server/),
    code: 'TLS_UNTRUSTED',
    why: () => 'it wants TLS on this port, and was spoken to in plain HTTP',
    hint: 'Do not set "plain-http". A password that was sent is to be changed: it was readable on the way.',
  },
];

const authorization: readonly Row[] = [
  {
    when: ({ status }, { isCredentialsRefused, credentials }) =>
      status === 401 && isCredentialsRefused === true && credentials !== undefined,
    code: ({ credentials }) => (credentials !== undefined && isRobot(credentials) ? 'ROBOT_REFUSED' : 'AUTH_FAILED'),
    why: (_, { credentials }) => `the credentials of ${credentials?.username ?? ''} were refused`,
    hint: ({ credentials }) => (credentials === undefined ? '' : credentialsHint(credentials)),
  },
  {
    when: ({ status, text }) => (status === 401 || status === 404) && /project .*not found/i.test(text),
    code: 'PROJECT_UNAVAILABLE',
    why: (_, { project }) =>
      `${project === undefined ? 'a project' : `the project "${project}"`} does not exist, or the account may not see it`,
    hint: 'Check the name of the project, the first part of the repository. It must exist before the first push, and the account be a member of it or a robot account of it; Harbor does not tell which.',
  },
  {
    when: ({ status }, { credentials }) => status === 401 && credentials === undefined,
    code: 'AUTH_FAILED',
    why: () => 'it wants credentials, and none were given',
    hint: 'Set the inputs "username" and "password"; for CI, use a robot account of the project.',
  },
  {
    when: ({ status }, { grant }) =>
      status === 401 && grant?.wanted.every((one) => grant.granted.includes(one)) === true,
    code: 'TOKEN_REFUSED',
    why: () => 'it refuses a token that it has just given out, and that allows this',
    hint: 'A proxy before it may take the header Authorization out, the clocks of its machines may differ, its signing key may have changed, or the lifetime of tokens may be too short (Harbor: Configuration, System Settings, Token Expiration).',
  },
];

const denial: readonly Row[] = [
  {
    when: answered(403, /read.?only/i),
    code: 'REGISTRY_READ_ONLY',
    why: () => 'it is in read-only mode',
    hint: 'An administrator has switched it on (Administration, Configuration, System Settings). Try again when it is off.',
  },
  {
    when: answered(403, /quota|storage resource|upper limit/i),
    code: 'QUOTA_EXCEEDED',
    hint: 'Raise the storage quota of the project, or delete old images and run the garbage collection.',
  },
  {
    when: answered(403, /proxy project/i),
    code: 'PROJECT_IS_PROXY',
    hint: 'A proxy cache takes no pushes. Push to an ordinary project.',
  },
  {
    // Harbor v2.15.2, src/server/v2.0/handler/robot.go.
    when: answered(403, /permission scope is invalid/i),
    code: 'AUTH_DENIED',
    why: () => 'a robot account can give away only what it may do itself',
    hint: (attempt) =>
      `${account(attempt)} must have every permission that the new robot account is to have, in the same projects.`,
  },
  {
    when: ({ status }) => status === 401 || status === 403,
    code: 'AUTH_DENIED',
    why: (_, { grant }) => {
      const scope =
        grant === undefined
          ? ''
          : `: it takes ${grant.wanted.join(', ')}; the token allows ${grant.granted.join(', ') || 'nothing'}`;
      return `the account may not do this, or the project does not exist${scope}`;
    },
    hint: (attempt) => {
      const needs =
        attempt.permission === undefined ? 'the permission for it' : `the permission "${attempt.permission}"`;
      const where = attempt.project === undefined ? 'in the project' : `in the project "${attempt.project}"`;
      return `${account(attempt)} needs ${needs} ${where}. A robot account of another project, or a disabled or expired one, does not do; check the name of the project, too.`;
    },
  },
];

const state: readonly Row[] = [
  {
    when: ({ status }, { isTokenService }) => status === 404 && isTokenService === true,
    code: 'ANSWER_UNEXPECTED',
    why: () => 'there is no token service where the registry says it is (404)',
    hint: 'A proxy before Harbor must pass /service/ on to it. If the address is wrong: it is external_url in harbor.yml, externalURL in Helm.',
  },
  {
    when: ({ status, code }, { server }) => status === 404 && (code !== '' || server === 'registry'),
    code: 'REFERENCE_NOT_FOUND',
    why: ({ text }) => (text === '' ? 'there is no such thing' : text),
    hint: 'Check the project, the repository and the tag or digest; it may have been deleted.',
  },
  {
    when: ({ text }) => /no available scanner|scanner .* is deactivated|does not support scanning/i.test(text),
    code: 'SCAN_NO_SCANNER',
    hint: 'Set a scanner for the project or for all (Interrogation Services), and see that it is enabled and healthy.',
  },
  {
    when: ({ status, code }, { server }) =>
      status === 412 && (code === 'PROJECTPOLICYVIOLATION' || (code === '' && server === 'registry')),
    code: 'PULL_REFUSED',
    why: ({ text }) => (text === '' ? 'a policy of the project refuses it' : text),
    hint: 'Look at the policies of the project (Configuration): signatures and vulnerabilities can keep images from being pulled.',
  },
  {
    when: answered(412, /immutable/i),
    code: 'TAG_IMMUTABLE',
    hint: 'Use a new tag for new content, or change the immutability rules of the project (Policy, Tag Immutability).',
  },
  {
    when: ({ status, code }) => status === 412 && code === 'VIOLATE_FOREIGN_KEY_CONSTRAINT',
    code: 'CONTENT_IN_USE',
    hint: 'An index names it, or another object of Harbor does. Delete that first.',
  },
  {
    when: ({ status }) => status === 409 || status === 412,
    code: 'STATE_CONFLICT',
    hint: 'Something of this name, or something that depends on it, is there.',
  },
  {
    when: answered(413),
    code: 'CONTENT_TOO_LARGE',
    why: () => 'a layer is larger than a proxy in front of it takes (413)',
    hint: 'Raise the limit in the proxy before the registry (nginx: client_max_body_size 0; ingress: proxy-body-size "0").',
  },
];

// The text of a server error is left out: it may hold paths and addresses of the server.
const trouble: readonly Row[] = [
  {
    when: answered(429),
    code: 'RATE_LIMITED',
    why: ({ retryAfter }) =>
      `too many requests (429)${retryAfter === undefined ? '' : `; it asks to wait (Retry-After: ${retryAfter.slice(0, 40)})`}`,
    hint: 'Try again later, with fewer jobs at a time.',
  },
  {
    when: ({ status }) => status === 507,
    code: ({ server }) => (server === 'harbor' ? 'HARBOR_UNAVAILABLE' : 'REGISTRY_UNAVAILABLE'),
    why: () => 'its storage is full (507)',
    hint: 'Free space on the server.',
  },
  {
    when: ({ status }) => status >= 500,
    code: ({ server }) => (server === 'harbor' ? 'HARBOR_UNAVAILABLE' : 'REGISTRY_UNAVAILABLE'),
    why: ({ status }) => `it answered ${status}`,
    hint: ({ server }) =>
      server === 'harbor'
        ? 'Try again; if it stays so, look at the logs of harbor-core. Harbor answers 500 also when a scanner or another registry is unreachable.'
        : 'Try again; if it stays so, look at the logs and the storage of the registry.',
  },
];

const describeAnswer = ({ status, code, text }: Problem): string =>
  `it answered ${status}${code === '' ? '' : ` ${code}`}${text === '' ? '' : `: ${text}`}`;

const content: readonly Row[] = [
  {
    when: ({ code }) => code === 'DIGEST_INVALID',
    code: 'DIGEST_MISMATCH',
    why: describeAnswer,
    hint: 'The content was changed on its way. Try again; look at proxies between.',
  },
  {
    when: ({ code }) => code === 'MANIFEST_BLOB_UNKNOWN' || code === 'MANIFEST_UNKNOWN',
    code: 'STATE_CONFLICT',
    why: describeAnswer,
    hint: 'Content was deleted while the image was pushed. Push it again.',
  },
  {
    when: ({ status }, { server }) => server === 'harbor' && (status === 400 || status === 422),
    code: 'INPUT_INVALID',
    why: describeAnswer,
    hint: 'Correct the value.',
  },
];

const unexpected: Row = {
  when: () => true,
  code: 'ANSWER_UNEXPECTED',
  why: describeAnswer,
  hint: 'Check that the host is a registry or a Harbor of version 2, and that no proxy answers in its place.',
};

const rows: readonly Row[] = [...transport, ...authorization, ...denial, ...state, ...trouble, ...content];
