import type { Platform } from '@harbor-pilot/oci';
import { invalidAt } from './dockerfile.ts';
import { expand } from './expand.ts';
import { platformVariables } from './platform-variables.ts';
import type { Dockerfile, Stage } from './stages.ts';

/** Values from outside that a Dockerfile sees. */
export interface Surroundings {
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly buildPlatform: Platform;
}

/**
 * The variables that FROM may use: platform ARGs, and each ARG before the first FROM.
 * @throws PilotError DOCKERFILE_INVALID
 */
export function globalVariables(
  dockerfile: Dockerfile,
  { buildArgs, buildPlatform }: Surroundings,
  target: Platform,
): Map<string, string> {
  const variables = platformVariables(buildPlatform, target);
  for (const name of variables.keys()) {
    const given = buildArgs[name];
    if (given !== undefined) variables.set(name, given);
  }
  for (const { action, escapeWith, at } of dockerfile.globals) {
    if (action.kind !== 'arg') continue;
    for (const { name, value } of action.entries) {
      const known = buildArgs[name] ?? (value === undefined ? undefined : expand(value, { variables, escapeWith, at }));
      if (known !== undefined) variables.set(name, known);
    }
  }
  return variables;
}

/**
 * What stands behind the FROM of a stage, expanded.
 * @throws PilotError DOCKERFILE_INVALID when nothing is left.
 */
export function expandBase({ base, escapeWith, at }: Stage, variables: ReadonlyMap<string, string>): string {
  const expanded = expand(base, { variables, escapeWith, at });
  if (expanded !== '') return expanded;
  throw invalidAt(at, `FROM ${base} is empty`, 'Declare the ARG before the first FROM, with a default.');
}

/** Proxy settings are known to every builder without being declared. */
const undeclared = /^(?:https?|ftp|no|all)_proxy$/i;

/** Names of build arguments that no ARG of the Dockerfile takes. */
export function unusedBuildArgs(dockerfile: Dockerfile, buildArgs: Readonly<Record<string, string>>): string[] {
  const commands = [...dockerfile.globals, ...dockerfile.stages.flatMap(({ commands: own }) => own)];
  const declared = commands.flatMap(({ action }) =>
    action.kind === 'arg' ? action.entries.map(({ name }) => name) : [],
  );
  return Object.keys(buildArgs).filter((name) => !declared.includes(name) && !undeclared.test(name));
}
