import type { JudgedVulnerability } from '@harbor-pilot/step-kit';
import { advisoryAddress } from '../links.ts';

interface Identifier {
  readonly type: string;
  readonly name: string;
  readonly value: string;
  readonly url: string | undefined;
}

/** Most identifiers that GitLab keeps. */
const identifierLimit = 20;

/** The names of a vulnerability, its own first: by that one GitLab knows it again. */
export function gitlabIdentifiers({
  id,
  aliases = [],
  cwes = [],
}: Pick<JudgedVulnerability, 'id' | 'aliases' | 'cwes'>): readonly Identifier[] {
  const names = new Set([id || 'unknown', ...aliases, ...cwes]);
  names.delete('');
  return [...names].slice(0, identifierLimit).map(identifier);
}

function identifier(name: string): Identifier {
  const kind = /^[A-Za-z]+(?=-)/.exec(name)?.[0].toLowerCase() ?? 'other';
  const number = kind === 'cwe' ? /^\d{1,6}$/.exec(name.slice('CWE-'.length))?.[0] : undefined;
  if (number === undefined) return { type: kind, name, value: name, url: advisoryAddress(name) };
  return { type: kind, name, value: number, url: `https://cwe.mitre.org/data/definitions/${number}.html` };
}
