import type { PilotError } from '@harbor-pilot/core';
import type { Credentials } from './basic.ts';
import { readProblem } from './problem.ts';
import type { Attempt } from './refusals.ts';
import type { HttpResponse } from './types.ts';

// What all refusals mean is a long table: it is loaded when there is one.
const loadRefusals = () => import('./refusals.ts');

/** The error for an answer with a status that was not wanted: what its body says decides. The body is used up. */
export async function refusalOf(response: HttpResponse, attempt: Attempt): Promise<PilotError> {
  const { refusalError } = await loadRefusals();
  return refusalError(await readProblem(response), attempt);
}

/** The error for credentials that a server does not take. Harbor does not tell why it refuses a robot account. */
export async function credentialsRefusal(host: string, credentials: Credentials): Promise<PilotError> {
  const { credentialsRefused } = await loadRefusals();
  return credentialsRefused(host, credentials);
}
