import { PilotError } from '@harbor-pilot/core';

/** `robot$project+name` or `robot$name`; the prefix is a setting of Harbor. */
const namePattern = /^.*?[^a-z0-9._-](?:(?<project>[a-z0-9._-]+)\+)?(?<name>[a-z0-9._-]+)$/;

/**
 * Reads the full name of a robot account.
 * @returns no project for one of the system.
 * @throws PilotError INPUT_INVALID
 */
export function parseRobotName(robot: string): { readonly project: string | undefined; readonly name: string } {
  const { project, name } = namePattern.exec(robot)?.groups ?? {};
  if (name !== undefined) return { project, name };
  throw new PilotError('INPUT_INVALID', `"${robot}" is not the name of a robot account`, {
    hint: "Write the full name in single quotes, 'robot$project+name'.",
  });
}
