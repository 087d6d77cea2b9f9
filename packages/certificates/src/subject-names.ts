import { isIP, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { PilotError } from '@harbor-pilot/core';

/** A name for which a server certificate is good. */
export interface SubjectName {
  readonly type: 'dns' | 'ip';
  /** As it stands in the certificate: lower case, without Unicode, IPv6 in its short form. */
  readonly value: string;
}

const label = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * Reads host names, `*.` wildcards and IP addresses; each is kept once.
 * @throws PilotError INPUT_INVALID
 */
export function parseSubjectNames(texts: readonly string[]): readonly SubjectName[] {
  const names = new Map<string, SubjectName>();
  for (const text of texts) {
    const name = parseSubjectName(text.trim());
    names.set(name.value, name);
  }
  if (names.size > 0) return [...names.values()];
  throw new PilotError('INPUT_INVALID', 'no host name is given', { hint: 'Give one: --host harbor.example.com' });
}

/** An IP address in its one short form; anything else is given back as it is. */
export function canonicalAddress(text: string): string {
  // An address with a zone, fe80::1%eth0, is good on one machine only: it is in no certificate, and no URL.
  return isIPv6(text) && !text.includes('%') ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text;
}

function parseSubjectName(text: string): SubjectName {
  if (isIP(text) !== 0 && !text.includes('%')) return { type: 'ip', value: canonicalAddress(text) };
  const isWildcard = text.startsWith('*.');
  const host = domainToASCII(isWildcard ? text.slice(2) : text);
  const labels = host.split('.');
  // RFC 1035, 2.3.4: 253 characters; browsers and Go take no wildcard right under a top-level name.
  const isName = host.length <= 253 && labels.every((part) => label.test(part)) && !/^\d+$/.test(labels.at(-1) ?? '');
  if (isName && (!isWildcard || labels.length > 1)) return { type: 'dns', value: isWildcard ? `*.${host}` : host };
  throw new PilotError('INPUT_INVALID', `"${text}" is no host name`, {
    hint: 'Give names without scheme and port, as harbor.example.com, *.example.com or 10.0.0.5.',
  });
}
