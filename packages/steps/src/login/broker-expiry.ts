import type { Runtime } from '@harbor-pilot/step-kit';
import { parseRobotName } from '../robot-name.ts';
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
    const robots = await broker.robots(parseRobotName(username).project);
    const at = robots.find(({ name }) => name === username)?.expiresAt;
    return at === undefined ? undefined : { at, warningDays: values.expiryWarningDays };
  } catch (error) {
    runtime.signal.throwIfAborted();
    runtime.info(`  when it expires is not known: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
