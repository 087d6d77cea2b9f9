import { PilotError } from '@harbor-pilot/core';
import { environmentName, type Runtime } from '@harbor-pilot/step-kit';
import { forkOnGithub } from '../forks.ts';

/**
 * The error for an account without a password. A CI that holds back its secrets gives an empty text in their place, which
 * looks like a mistake of the user: the reason is said where it can be told.
 * @param prefix of the two inputs.
 */
export async function missingCredentials(
  host: string,
  username: string | undefined,
  runtime: Runtime,
  prefix: '' | 'broker-' = '',
): Promise<PilotError> {
  const what = username === undefined ? 'there are no credentials' : `there is no password of ${username}`;
  const withheld = await whyWithheld(runtime);
  if (withheld !== undefined) {
    return new PilotError('INPUT_INVALID', `${what} for ${host}: ${withheld.why}`, { hint: withheld.hint });
  }
  return new PilotError('INPUT_INVALID', `${what} for ${host}`, {
    hint: `Give ${prefix}username, and ${prefix}password as a secret (the variable ${environmentName(`${prefix}password`)}${prefix === '' ? ', or standard input' : ''}). A secret whose name is misspelt is empty.`,
  });
}

interface Withheld {
  readonly why: string;
  readonly hint: string;
}

async function whyWithheld({ name, environment }: Runtime): Promise<Withheld | undefined> {
  if (name === 'gitlab' && environment.CI_COMMIT_REF_PROTECTED === 'false') {
    return {
      why: 'GitLab gives protected variables only to jobs of protected branches and tags, and this is none',
      hint: 'Log in only there (rules: if: $CI_COMMIT_REF_PROTECTED == "true"), protect the branch, or give a robot account that may only pull in a variable that is not protected.',
    };
  }
  if (name !== 'github') return undefined;
  if (environment.GITHUB_ACTOR === 'dependabot[bot]') {
    return {
      why: "GitHub gives jobs of Dependabot none of the repository's secrets",
      hint: "Build without pushing there (if: github.actor != 'dependabot[bot]'), or set the secret among those of Dependabot, for a robot account that may only pull.",
    };
  }
  if ((await forkOnGithub(environment)) === undefined) return undefined;
  return {
    why: 'GitHub gives a pull request of a fork no secrets, so that nobody can push with changed code',
    hint: 'Build without pushing there (if: github.event.pull_request.head.repo.full_name == github.repository), and push when it is merged. Do not use pull_request_target for it: that gives the secrets to code that nobody has reviewed.',
  };
}
