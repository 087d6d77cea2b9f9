import { join } from 'node:path';
import dockerignore from '@balena/dockerignore';
import { PilotError, readFileIfThere } from '@harbor-pilot/core';

// A CommonJS module whose types give its function only under this name.
const ignore = dockerignore.default;

/** Which paths of a build context stay out of it. */
export interface IgnoreRules {
  /** Path below the context, with slashes. */
  ignores(path: string): boolean;
  /** Whether a rule with "!" may bring back something below an ignored folder. */
  readonly hasExceptions: boolean;
}

/**
 * Reads `<Dockerfile>.dockerignore`, or else `.dockerignore` of the context; neither has to exist.
 * @throws PilotError DOCKERFILE_INVALID with file and line of a rule that cannot be read; FILE_UNREADABLE when there is a file
 * that cannot be read: what it would leave out may be secret.
 */
export async function readIgnoreRules(contextDirectory: string, dockerfile: string): Promise<IgnoreRules> {
  const files = [`${dockerfile}.dockerignore`, join(contextDirectory, '.dockerignore')];
  for (const file of files) {
    const bytes = await readFileIfThere(file);
    if (bytes !== undefined) return parseIgnoreRules(bytes.toString('utf8'), file);
  }
  return { ignores: () => false, hasExceptions: false };
}

function parseIgnoreRules(text: string, file: string): IgnoreRules {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    try {
      ignore({ ignorecase: false }).add(line).ignores('probe');
    } catch (cause) {
      throw new PilotError('DOCKERFILE_INVALID', `${file}:${index + 1}: the rule "${line}" cannot be read`, {
        cause,
        hint: 'Correct the line: it is a path below the context, with "*", "?" and "**" for what may differ.',
      });
    }
  }
  const rules = ignore({ ignorecase: false }).add(lines);
  return {
    ignores: (path) => rules.ignores(path),
    hasExceptions: lines.some((line) => line.trim().startsWith('!')),
  };
}
