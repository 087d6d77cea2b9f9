import { asObject, PilotError, registerSecret } from '@harbor-pilot/core';
import { parseHost } from '@harbor-pilot/oci';
import type { Account } from './accounts.ts';

const dockerHub = 'docker.io';
const knownKeys: readonly string[] = ['registry', 'username', 'password'];
/** Those of docker/login-action that need its own means. Other keys are not named: they may be part of a password. */
const foreignKeys: readonly string[] = ['scope', 'ecr'];

/** A CI puts secrets into the text as they are: any of these in front, or a " #" inside, means something else to YAML. */
const quoting = "Write each password in single quotes, and double a single quote inside: password: 'it''s'.";

/**
 * Reads a list of accounts in the shape of docker/login-action (v4, input `registry-auth`); Docker Hub where no registry is
 * named. Values are taken as they stand, so that a password of digits stays what it is. No message has any of the text in
 * it.
 * @throws PilotError INPUT_INVALID naming the line or the host.
 */
export async function parseRegistryAuth(text: string): Promise<readonly Account[]> {
  const { LineCounter, parseDocument, visit } = await import('../yaml.ts');
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', lineCounter });
  const [problem] = [...document.errors, ...document.warnings];
  const throwAt = (range: readonly number[] | null | undefined, what: string): never => {
    throw invalid(`line ${lineCounter.linePos(range?.[0] ?? 0).line} ${what}`);
  };
  if (problem !== undefined) throwAt(problem.pos, 'is not YAML');
  visit(document, {
    // The beginning of a password, "*" or "&".
    Alias: (_, { range }) => throwAt(range, 'has a value that begins with "*"'),
    Scalar: (_, { anchor, comment, range }) => {
      if (anchor !== undefined) throwAt(range, 'has a value that begins with "&"');
      if (comment != null) throwAt(range, 'has a value that is cut at " #"');
    },
  });
  const list: unknown = document.toJS();
  if (!Array.isArray(list) || list.length === 0) {
    throw invalid('it is not a list', 'Begin each registry with "- registry: harbor.example.com".');
  }
  const accounts = list.map((entry, index) => parseEntry(entry, index + 1));
  for (const [index, { host }] of accounts.entries()) {
    if (accounts.findIndex((other) => other.host === host) !== index) {
      throw invalid(`${host} is there twice`, 'Tools look credentials up by the host: give one account for each.');
    }
  }
  return accounts;
}

function parseEntry(entry: unknown, position: number): Account {
  const object = asObject(entry);
  if (object === undefined) throw invalid(`entry ${position} is not a map`);
  // Before anything is said about it: with a wrong key, or as a list, it is still a password.
  for (const [key, value] of Object.entries(object)) if (key !== 'registry' && key !== 'username') hide(value);
  const registry = text(object.registry);
  const host = parseHost(registry ?? dockerHub);
  const unknown = Object.keys(object).find((key) => !knownKeys.includes(key));
  if (unknown !== undefined) {
    throw invalid(
      `the entry of ${host} has ${foreignKeys.includes(unknown) ? `the key "${unknown}"` : 'a key that is not known'}`,
      'An entry has registry, username and password. Credentials for a scope or from a cloud are not made here: leave such keys out.',
    );
  }
  return { host, username: text(object.username), password: text(object.password) };
}

function hide(value: unknown): void {
  if (typeof value === 'string') registerSecret(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function invalid(why: string, hint = quoting): PilotError {
  return new PilotError('INPUT_INVALID', `the input "registry-auth" cannot be used: ${why}`, { hint });
}
