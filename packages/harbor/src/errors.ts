import { type ErrorCode, PilotError } from '@harbor-pilot/core';
import { type BasicCredentials, credentialsHint, type Problem } from '@harbor-pilot/http';

/** What was tried, for the message. */
export interface Attempt {
  readonly host: string;
  /** "read the artifact acme/app", after "cannot". */
  readonly what: string;
  readonly credentials: BasicCredentials;
  readonly project?: string | undefined;
  /** What a robot account needs for it, `scan: create`. */
  readonly permission?: string | undefined;
}

interface Explanation {
  readonly code: ErrorCode;
  readonly why: string;
  readonly hint: string;
}

/** Makes the error for a status that was not wanted (Harbor's codes and texts as observed on 2.12 to 2.15). */
export function harborError(problem: Problem, attempt: Attempt): PilotError {
  const { code, why, hint } = explain(problem, attempt);
  return new PilotError(code, `${attempt.host}: cannot ${attempt.what}: ${why}`, {
    hint,
    details: {
      host: attempt.host,
      status: problem.status,
      ...(problem.code === '' ? {} : { harborCode: problem.code }),
    },
  });
}

function explain(problem: Problem, attempt: Attempt): Explanation {
  const { status, text } = problem;
  if (status === 401) {
    return {
      code: 'AUTH_FAILED',
      why: `Harbor refused the credentials of ${attempt.credentials.username}`,
      hint: credentialsHint(attempt.credentials),
    };
  }
  if (status === 403) return forbidden(problem, attempt);
  if (status === 404) return notFound(problem, attempt);
  if (status === 409 || status === 412) return conflict(problem);
  if (status === 429 || status >= 500) return unavailable(problem);
  if (/does not support scanning/i.test(text)) return noScanner(text);
  if (status === 400 || status === 422) {
    return { code: 'INPUT_INVALID', why: text === '' ? `Harbor answered ${status}` : text, hint: 'Correct the value.' };
  }
  return notHarbor(problem);
}

function forbidden({ text }: Problem, attempt: Attempt): Explanation {
  if (/read.?only/i.test(text)) {
    return {
      code: 'REGISTRY_READ_ONLY',
      why: 'Harbor is in read-only mode',
      hint: 'An administrator has switched it on (Administration, Configuration, System Settings). Try again when it is off.',
    };
  }
  if (/storage resource|quota/i.test(text)) {
    return {
      code: 'QUOTA_EXCEEDED',
      why: text,
      hint: 'Raise the storage quota of the project, or delete old images and run the garbage collection.',
    };
  }
  const needs = attempt.permission === undefined ? 'a permission for it' : `the permission "${attempt.permission}"`;
  const where = attempt.project === undefined ? '' : ` in the project "${attempt.project}"`;
  return {
    code: 'AUTH_DENIED',
    why: `${attempt.credentials.username} may not do this`,
    hint: `A robot account needs ${needs}${where}. Harbor answers the same when the project does not exist: check its name, too.`,
  };
}

function notFound(problem: Problem, attempt: Attempt): Explanation {
  if (problem.code === '') return notHarbor(problem);
  if (/project .*not found/i.test(problem.text)) return noProject(attempt.project ?? '');
  return {
    code: 'REFERENCE_NOT_FOUND',
    why: problem.text,
    hint: 'Check the project, the repository and the tag or digest; it may have been deleted.',
  };
}

/** The error for a project that is not there, or not to be seen: Harbor does not tell which. */
export function projectUnavailable(attempt: Attempt, status: number): PilotError {
  const { code, why, hint } = noProject(attempt.project ?? '');
  return new PilotError(code, `${attempt.host}: ${why}`, { hint, details: { host: attempt.host, status } });
}

function noProject(project: string): Explanation {
  return {
    code: 'PROJECT_UNAVAILABLE',
    why: `the project "${project}" does not exist, or the account may not see it`,
    hint: 'Harbor answers 403 for both. Check the name, and that the account is a member of the project or a robot account of it.',
  };
}

function conflict({ text }: Problem): Explanation {
  if (/no available scanner/i.test(text)) return noScanner(text);
  if (/immutable/i.test(text)) {
    return {
      code: 'TAG_IMMUTABLE',
      why: text,
      hint: 'Change the immutability rules of the project (Policy, Tag Immutability).',
    };
  }
  return {
    code: 'STATE_CONFLICT',
    why: text,
    hint: 'Something of this name, or something that depends on it, is there.',
  };
}

function noScanner(text: string): Explanation {
  return {
    code: 'SCAN_NO_SCANNER',
    why: text,
    hint: 'Set a scanner for the project or for all (Interrogation Services), and see that it is enabled and healthy.',
  };
}

// The text of a server error is left out: it may hold addresses inside of Harbor.
function unavailable({ status, retryAfter }: Problem): Explanation {
  const when = retryAfter === undefined ? '' : ` (Retry-After: ${retryAfter.slice(0, 40)})`;
  return {
    code: 'HARBOR_UNAVAILABLE',
    why: `Harbor answered ${status}${when}`,
    hint: 'Try again; if it stays so, look at the logs of harbor-core. Harbor answers 500 also when a scanner or another registry is unreachable.',
  };
}

function notHarbor({ status, text }: Problem): Explanation {
  return {
    code: 'ANSWER_UNEXPECTED',
    why: `it answered ${status}${text === '' ? '' : `: ${text}`}, which Harbor does not`,
    hint: 'Check that the host is a Harbor of version 2, and that no proxy answers in its place.',
  };
}
