import { type ErrorCode, PilotError } from '@harbor-pilot/core';
import { credentialsHint, type Problem } from '@harbor-pilot/http';
import type { Credentials } from './types.ts';

/** What was tried, for the message. */
export interface Attempt {
  readonly host: string;
  /** `push acme/app:v1`, after "cannot". */
  readonly what: string;
  readonly repository?: string | undefined;
  readonly credentials?: Credentials | undefined;
  /** The credentials themselves were refused, not only the wish. */
  readonly isCredentialsRefused?: boolean;
}

interface Explanation {
  readonly code: ErrorCode;
  readonly why: string;
  readonly hint: string;
}

/** Makes the error for a status that was not wanted. The same status means different things; Harbor's code and text tell. */
export function registryError(problem: Problem, attempt: Attempt): PilotError {
  const { code, why, hint } = explain(problem, attempt);
  return new PilotError(code, `${attempt.host}: cannot ${attempt.what}: ${why}`, {
    hint,
    details: {
      host: attempt.host,
      status: problem.status,
      ...(problem.code === '' ? {} : { registryCode: problem.code }),
    },
  });
}

function explain(problem: Problem, attempt: Attempt): Explanation {
  const { status } = problem;
  if (status === 401) return unauthorized(problem, attempt);
  if (status === 403) return forbidden(problem, attempt);
  if (status === 404) return notFound(problem, attempt);
  if (status === 412) return precondition(problem);
  if (status === 413) {
    return {
      code: 'STATE_CONFLICT',
      why: 'a layer is larger than the server takes (413)',
      hint: 'Raise the limit in the proxy before the registry (nginx: client_max_body_size 0; ingress: proxy-body-size "0").',
    };
  }
  if (status === 429) return busy(problem);
  if (status >= 500) return unavailable(problem);
  return otherwise(problem);
}

function unauthorized(problem: Problem, attempt: Attempt): Explanation {
  if (attempt.isCredentialsRefused === true && attempt.credentials !== undefined) {
    return { code: 'AUTH_FAILED', why: 'the credentials were refused', hint: credentialsHint(attempt.credentials) };
  }
  if (/project .*not found/i.test(problem.text)) return noProject(attempt);
  if (attempt.credentials === undefined) {
    return {
      code: 'AUTH_FAILED',
      why: 'it wants credentials, and none were given',
      hint: 'Set the inputs "username" and "password"; for CI, use a robot account of the project.',
    };
  }
  return mayNot(attempt);
}

function forbidden(problem: Problem, attempt: Attempt): Explanation {
  const { text } = problem;
  if (/read.?only/i.test(text)) {
    return {
      code: 'REGISTRY_READ_ONLY',
      why: 'it is in read-only mode',
      hint: 'An administrator has switched it on (Administration, Configuration, System Settings). Try again when it is off.',
    };
  }
  if (/quota|storage resource|upper limit/i.test(text)) {
    return {
      code: 'QUOTA_EXCEEDED',
      why: text,
      hint: 'Raise the storage quota of the project, or delete old images and run the garbage collection.',
    };
  }
  if (/proxy project/i.test(text)) {
    return { code: 'STATE_CONFLICT', why: text, hint: 'A proxy cache takes no pushes. Push to an ordinary project.' };
  }
  return mayNot(attempt);
}

function notFound(problem: Problem, attempt: Attempt): Explanation {
  if (/project .*not found/i.test(problem.text)) return noProject(attempt);
  return {
    code: 'REFERENCE_NOT_FOUND',
    why: problem.text === '' ? 'there is no such thing' : problem.text,
    hint: 'Check the project, the repository and the tag or digest; it may have been deleted.',
  };
}

function precondition({ code, text }: Problem): Explanation {
  if (code === 'PROJECTPOLICYVIOLATION' || code === '') {
    return {
      code: 'PULL_REFUSED',
      why: text === '' ? 'a policy of the project refuses it' : text,
      hint: 'Look at the policies of the project (Configuration): signatures and vulnerabilities can keep images from being pulled.',
    };
  }
  if (/immutable/i.test(text)) {
    return {
      code: 'TAG_IMMUTABLE',
      why: text,
      hint: 'Use a new tag for new content, or change the immutability rules of the project (Policy, Tag Immutability).',
    };
  }
  return { code: 'STATE_CONFLICT', why: text, hint: 'Something else in the registry depends on it.' };
}

function busy({ retryAfter }: Problem): Explanation {
  const when = retryAfter === undefined ? '' : `; it asks to wait (Retry-After: ${retryAfter.slice(0, 40)})`;
  return {
    code: 'REGISTRY_UNAVAILABLE',
    why: `too many requests (429)${when}`,
    hint: 'Try again later, with fewer jobs at a time.',
  };
}

// The text of a server error is left out: it may hold paths and addresses of the server.
function unavailable({ status }: Problem): Explanation {
  const isFull = status === 507;
  return {
    code: 'REGISTRY_UNAVAILABLE',
    why: isFull ? 'its storage is full (507)' : `it answered ${status}`,
    hint: isFull
      ? 'Free space on the server.'
      : 'Try again; if it stays so, look at the logs and the storage of the registry.',
  };
}

function otherwise({ status, code, text }: Problem): Explanation {
  const why = `it answered ${status}${code === '' ? '' : ` ${code}`}${text === '' ? '' : `: ${text}`}`;
  if (code === 'DIGEST_INVALID') {
    return {
      code: 'DIGEST_MISMATCH',
      why,
      hint: 'The content was changed on its way. Try again; look at proxies between.',
    };
  }
  if (code === 'MANIFEST_BLOB_UNKNOWN' || code === 'MANIFEST_UNKNOWN') {
    return { code: 'STATE_CONFLICT', why, hint: 'Content was deleted while the image was pushed. Push it again.' };
  }
  return { code: 'ANSWER_UNEXPECTED', why, hint: 'Check that the host is a registry, and of which kind.' };
}

function noProject(attempt: Attempt): Explanation {
  const project = attempt.repository?.split('/')[0] ?? '';
  return {
    code: 'PROJECT_UNAVAILABLE',
    why: `the project "${project}" does not exist, or the account may not see it`,
    hint: 'Check the first part of the repository name. In Harbor a project must exist before the first push.',
  };
}

function mayNot(attempt: Attempt): Explanation {
  const who =
    attempt.credentials === undefined ? 'An anonymous account' : `The account ${attempt.credentials.username}`;
  return {
    code: 'AUTH_DENIED',
    why: 'the account may not do this, or the project does not exist',
    hint: `${who} needs the permission for it in the project. A robot account of another project, or a disabled or expired one, does not do.`,
  };
}

/** The error for credentials that the registry does not take. */
export function credentialsRefused(host: string, credentials: Credentials): PilotError {
  return new PilotError('AUTH_FAILED', `${host} refused the credentials of ${credentials.username}`, {
    hint: credentialsHint(credentials),
    details: { host },
  });
}
