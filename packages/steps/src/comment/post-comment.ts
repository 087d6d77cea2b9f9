import { readFile } from 'node:fs/promises';
import { messageOf, PilotError, redact } from '@harbor-pilot/core';
import { createHttp, type Http } from '@harbor-pilot/http';
import type { Runtime } from '@harbor-pilot/step-kit';
import type { CommonValues } from '../connect.ts';
import { readGivenAuthority } from '../trust.ts';
import { type Change, findChange } from './change.ts';
import { isOfLaterRun, runMark } from './run-mark.ts';
import { type Comment, isGone, type Thread } from './thread.ts';

/** What the inputs say about comments, and whom to trust. */
export type CommentValues = Pick<CommonValues, 'caCertificate' | 'caFingerprint' | 'registry' | 'image'> & {
  readonly commentToken: string | undefined;
};

/** A comment on a change. */
export interface Said {
  /** By which it is found again; the text has it as a line. */
  readonly line: string;
  readonly textFor: (system: Change['system']) => string;
}

/** A comment is not worth a longer wait. */
const longestSeconds = 120;

/**
 * Says something in a comment on the change that the job is for: in the one from before, where there is one. What goes wrong
 * is a warning: a comment is a courtesy, and never decides about an image.
 */
export async function postComment(
  said: Said,
  values: CommentValues,
  runtime: Runtime,
  timeoutSeconds = longestSeconds,
): Promise<void> {
  const deadline = AbortSignal.timeout(timeoutSeconds * 1000);
  const signal = AbortSignal.any([runtime.signal, deadline]);
  try {
    const change = await findChange(runtime);
    if (change === undefined) return runtime.info('  no comment: this job is for no pull request and no merge request');
    const token = tokenFor(change, values, runtime);
    const http = await openHttp(change, values, runtime);
    try {
      const done = await say(said, await openThread(change, token, http, signal), change, runMark(runtime));
      runtime.info(`  the comment on ${change.repository} ${nameOf(change)} ${done}`);
    } finally {
      http.close();
    }
  } catch (error) {
    runtime.signal.throwIfAborted();
    const hint = error instanceof PilotError && error.hint !== undefined ? ` ${error.hint}` : '';
    const words = deadline.aborted ? `it took longer than ${timeoutSeconds} seconds` : messageOf(error);
    runtime.warn(`there is no comment: ${words}.${hint}`);
  }
}

async function say({ line, textFor }: Said, thread: Thread, { system }: Change, mark: string): Promise<string> {
  const text = `${redact(textFor(system))}${mark}`;
  const before = await thread.find(line);
  if (before.some((one) => isOfLaterRun(one.text, mark))) return 'is that of a later run, and stays';
  if (await unite(before, text, thread)) {
    return before.every((one) => sameText(one.text, text)) ? 'says the same already' : 'is up to date';
  }
  await thread.create(text);
  // Another job may have begun one at the same time.
  await unite(await thread.find(line), text, thread);
  return 'is written';
}

/**
 * Has the oldest of some comments say a text, and takes the others away, which would go on to tell what was true of another
 * run.
 * @returns false when there is none, or somebody has deleted it meanwhile.
 */
async function unite([oldest, ...others]: readonly Comment[], text: string, thread: Thread): Promise<boolean> {
  if (oldest === undefined) return false;
  try {
    if (!sameText(oldest.text, text)) await thread.update(oldest, text);
  } catch (error) {
    unlessGone(error);
    return false;
  }
  for (const other of others) await thread.remove(other).catch(unlessGone);
  return true;
}

function unlessGone(error: unknown): void {
  if (!isGone(error)) throw error;
}

/** Servers take blanks at the end away, and some have other ends of lines. */
function sameText(one: string, other: string): boolean {
  return one.replaceAll('\r\n', '\n').trim() === other.trim();
}

function nameOf({ system, number }: Change): string {
  return system === 'github' ? `#${number}` : `!${number}`;
}

function tokenFor({ system }: Change, { commentToken }: CommentValues, { environment, mask }: Runtime): string {
  const { GITHUB_TOKEN: ofGithub, CI_JOB_TOKEN: ofJob } = environment;
  const token = commentToken ?? (system === 'github' ? ofGithub : undefined);
  if (system === 'gitlab' && token !== undefined && token === ofJob) {
    throw new PilotError('INPUT_INVALID', 'the job token of GitLab, CI_JOB_TOKEN, may not write notes', {
      hint: 'Give a token of the project with the scope "api" as HARBOR_PILOT_COMMENT_TOKEN.',
    });
  }
  if (token !== undefined && token !== '') {
    mask(token);
    return token;
  }
  throw new PilotError('INPUT_INVALID', 'the input "comment-token" is not given', {
    hint:
      system === 'github'
        ? 'Give the token of the job as comment-token, or as GITHUB_TOKEN in the environment of the step.'
        : 'Give a token of the project with the scope "api" as the masked variable HARBOR_PILOT_COMMENT_TOKEN. The job token may not write notes.',
  });
}

/** Trusts the authority that is given, and the one of GitLab's own certificate that its runner knows. */
async function openHttp({ server }: Change, values: CommentValues, runtime: Runtime): Promise<Http> {
  const { environment, clock, warn } = runtime;
  const authorities = [await readGivenAuthority(values, runtime), await readRunnersAuthority(environment)];
  const caCertificate = authorities.filter((pem) => pem !== undefined).join('\n');
  const trust = caCertificate === '' ? {} : { [new URL(server).host]: { caCertificate } };
  return createHttp({ environment, clock, warn, trust });
}

/** https://docs.gitlab.com/runner/configuration/tls-self-signed/: the runner tells jobs the authority of GitLab. */
async function readRunnersAuthority({
  CI_SERVER_TLS_CA_FILE: file,
}: Runtime['environment']): Promise<string | undefined> {
  return file === undefined || file === '' ? undefined : readFile(file, 'utf8').catch(() => undefined);
}

async function openThread(change: Change, token: string, http: Http, signal: AbortSignal): Promise<Thread> {
  if (change.system === 'github') {
    const { githubThread } = await import('./github-thread.ts');
    return githubThread(change, token, http, signal);
  }
  const { gitlabThread } = await import('./gitlab-thread.ts');
  return gitlabThread(change, token, http, signal);
}
