import type { Check } from '../check.ts';
import type { DoctorContext } from '../context.ts';

/** Whether the credentials are taken, by the one request for which Harbor checks them (`GET /v2/`). */
export function login({ host, registry, credentials }: DoctorContext): Check {
  return {
    id: 'login',
    area: 'login',
    title: 'credentials',
    matters: 'Without them nothing can be pushed, and private images cannot be pulled.',
    needs: ['registry-api'],
    look: async () => {
      if (credentials === undefined) {
        return {
          status: 'skipped',
          seen: 'there are no credentials for this registry',
          advice: 'Give "username" and "password", or sign in with the step "login" before.',
        };
      }
      if (!(await registry.ping())) {
        return {
          status: 'warning',
          seen: `${host} wants none: whether it would take those of ${credentials.username} is not known`,
          advice: 'Harbor always wants some: check that this is the registry that is meant.',
        };
      }
      return { status: 'ok', seen: `${host} accepts ${credentials.username}` };
    },
  };
}
