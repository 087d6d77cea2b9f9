import { messageOf } from '@harbor-pilot/core';
import type { Robot } from '@harbor-pilot/harbor';
import type { Runtime } from '@harbor-pilot/step-kit';
import { robotsBeside } from '../robots-beside.ts';
import { openBroker } from './broker.ts';
import type { Expiry } from './expiry.ts';
import type { LoginValues } from './sign-in.ts';

/**
 * Has the broker look up when a robot account expires, which the account itself may not.
 * @returns undefined when it never does, or when the broker may not know: the login goes on without.
 */
export async function findExpiry(
  username: string,
  values: LoginValues,
  host: string,
  runtime: Runtime,
): Promise<Expiry | undefined> {
  try {
    const broker = await openBroker(values, host, runtime);
    const isMeant = ({ name }: Robot): boolean => name === username;
    const { robots } = await robotsBeside(broker, username, isMeant);
    const at = robots.find(isMeant)?.expiresAt;
    return at === undefined ? undefined : { at, warningDays: values.expiryWarningDays };
  } catch (error) {
    runtime.signal.throwIfAborted();
    runtime.info(`  when it expires is not known: ${messageOf(error)}`);
    return undefined;
  }
}
