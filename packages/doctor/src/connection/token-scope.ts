import { PilotError } from '@harbor-pilot/core';
import type { Check, Finding } from '../check.ts';
import type { DoctorContext } from '../context.ts';

/** What a token for the repository allows, against what is wanted. */
export function tokenScope(context: DoctorContext): Check {
  const { project, repository, registry, mayPush } = context;
  return {
    id: 'token-scope',
    area: 'login',
    title: 'rights of the token',
    matters: 'Harbor gives a token also to who may do nothing with it: the refusal comes only at the first layer.',
    needs: ['login'],
    look: async () => {
      if (project === undefined) return { status: 'skipped', seen: 'no image and no project is named' };
      // Harbor's rights are those in the project, whatever the repository, and whether it exists or not.
      const granted = await registry.allowedActions(repository ?? `${project}/any`);
      if (granted === undefined)
        return { status: 'skipped', seen: 'the tokens of this registry do not tell what they allow' };
      return judge(granted, mayPush ? ['pull', 'push'] : ['pull'], project, context.credentials?.username ?? '');
    },
  };
}

function judge(granted: readonly string[], wanted: readonly string[], project: string, username: string): Finding {
  const missing = wanted.filter((action) => !granted.includes(action));
  if (missing.length === 0) return { status: 'ok', seen: `it allows ${granted.join(', ')} in the project ${project}` };
  if (granted.length === 0) {
    return {
      status: 'warning',
      seen: `it allows nothing in the project ${project}: there is no such project, or ${username} has no rights in it`,
      advice: 'What is examined next tells which.',
    };
  }
  throw new PilotError(
    'AUTH_DENIED',
    `${username} may only ${granted.join(', ')} in the project ${project}, not ${missing.join(', ')}`,
    {
      hint: `Give the account the right to ${missing.join(' and ')}: a member needs the role Developer or more, a robot account ${missing.map((action) => `"repository: ${action}"`).join(' and ')}.${missing.includes('push') ? ' If it shall only pull, set "push-check" to false.' : ''}`,
    },
  );
}
