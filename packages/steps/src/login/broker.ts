import type { Harbor } from '@harbor-pilot/harbor';
import type { InputValues, Runtime } from '@harbor-pilot/step-kit';
import { openRegistries } from '../connect.ts';
import type { TrustValues } from '../trust.ts';
import type { brokerInputs } from './broker-inputs.ts';
import { missingCredentials } from './missing-credentials.ts';

/**
 * Harbor as the account that makes robot accounts. Nothing is asked yet. It goes on when the job is interrupted: what was
 * made must still be deleted.
 * @throws PilotError INPUT_INVALID when it has no name or no password.
 */
export async function openBroker(
  values: TrustValues & InputValues<typeof brokerInputs>,
  host: string,
  runtime: Runtime,
): Promise<Harbor> {
  const { brokerUsername: username, brokerPassword: password } = values;
  if (username === undefined || password === undefined) {
    throw await missingCredentials(host, username, runtime, 'broker-');
  }
  runtime.mask(`${username}:${password}`);
  const { http } = await openRegistries({ ...values, username, password }, host, runtime);
  const { createHarbor } = await import('@harbor-pilot/harbor');
  return createHarbor({ http, host, credentials: { username, password }, plainHttp: values.plainHttp });
}
