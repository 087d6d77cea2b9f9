import type { JudgedVulnerability } from '@harbor-pilot/step-kit';
import { advisoryAddress } from '../links.ts';

interface Identifier {
  readonly type: string;
  readonly name: string;
  readonly value: string;
  readonly url?: string;
}

/** Most identifiers that GitLab keeps. */
const identifierLimit = 20;

/** The names of a vulnerability, its own first: by that one GitLab knows it again. */
export function gitlabIdentifiers({ id, aliases = [], cwes = [] }: JudgedVulnerability): readonly Identifier[] {
  const names = [id || 'unknown', ...aliases, ...cwes].filter((name) => name !== '');
  return [...new Set(names)].slice(0, identifierLimit).map(identifier);
}

function identifier(name: string): Identifier {
  const type = /^([A-Za-z]+)-/.exec(name)?.[1]?.toLowerCase() ?? 'other';
  const cwe = /^CWE-(\d{1,6})$/.exec(name)?.[1];
  const url = cwe === undefined ? advisoryAddress(name) : `https://cwe.mitre.org/data/definitions/${cwe}.html`;
  return { type, name, value: cwe ?? name, ...(url === undefined ? {} : { url }) };
}
