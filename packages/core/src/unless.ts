import { type ErrorCode, PilotError } from './errors.ts';

/** What some work gives, or undefined when it ends with an error of one of these codes; any other error stays one. */
export async function unless<Value>(codes: readonly ErrorCode[], work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof PilotError && codes.includes(error.code)) return undefined;
    throw error;
  }
}
