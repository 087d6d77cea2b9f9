import type { X509Certificate } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { type Clock, formatCount, formatTime, PilotError, unreadable } from '@harbor-pilot/core';
import { type CertificateFacts, factsOf } from './facts.ts';
import { fetchCertificates, parseLiveHost } from './live-host.ts';
import { readCertificates } from './read-certificates.ts';

/** What a certificate's dates say. */
export type CertificateState = 'good' | 'expiring' | 'expired' | 'not-yet-valid';

/** One certificate that was looked at. */
export interface CheckedCertificate extends CertificateFacts {
  /** The file, or host and port, that it is from. */
  readonly source: string;
  readonly state: CertificateState;
  /** Whole days until it ends; less than 0 when it has. */
  readonly daysLeft: number;
}

/** What to look at, and how. */
export interface CheckOptions {
  /** Files, folders, and hosts as `harbor.example.com:443`. */
  readonly targets: readonly string[];
  /** Folder that relative paths start from. */
  readonly baseDirectory: string;
  /** Days that a certificate must still be good. */
  readonly minimumDays: number;
  /** Of PKCS#12 files; empty when there is none. */
  readonly pkcs12Password: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Takes what cannot be looked at, so that the rest is; thrown when absent. */
  readonly failed?: (error: PilotError) => void;
}

const dayMilliseconds = 86_400_000;
const fileEndings = /\.(crt|cer|cert|pem|der|p12|pfx)$/i;

/** A certificate takes a few kilobytes, the authorities of a whole system 300. */
const largestFileBytes = 4 * 1024 * 1024;

/**
 * Reads the certificates of files, folders and hosts.
 * @throws PilotError INPUT_INVALID, FILE_UNREADABLE, NETWORK_UNREACHABLE, DEADLINE_EXCEEDED
 */
export async function checkCertificates(options: CheckOptions): Promise<readonly CheckedCertificate[]> {
  const checked: CheckedCertificate[] = [];
  for (const target of options.targets) {
    const found = await orFailed(readTarget(target, options), options);
    const now = options.clock.now();
    checked.push(...found.map(({ source, certificate }) => judge(source, certificate, options.minimumDays, now)));
  }
  return checked;
}

/**
 * Refuses certificates that are about to expire, or not valid now.
 * @throws PilotError CERTIFICATE_EXPIRING
 */
export function requireGood(checked: readonly CheckedCertificate[], minimumDays: number): void {
  const bad = checked.filter(({ state }) => state !== 'good');
  const [first] = bad;
  if (first === undefined) return;
  const others = bad.length === 1 ? '' : `, and ${bad.length - 1} more`;
  throw new PilotError('CERTIFICATE_EXPIRING', `${first.source}: ${describeState(first)}${others}`, {
    hint: `Renew what is to be good for ${minimumDays} days or more, or lower --days.`,
    details: { count: bad.length },
  });
}

/** A certificate in lines for people. */
export function describeCertificate(certificate: CheckedCertificate): readonly string[] {
  const { subject, issuer, names, key, source, isAuthority } = certificate;
  const role = isAuthority ? 'authority' : 'certificate';
  return [
    `${source}: ${role} ${subject === '' ? '(no subject)' : subject}`,
    `  ${describeState(certificate)}`,
    `  issuer ${issuer === subject ? 'itself' : issuer}, key ${key}`,
    ...(names.length === 0 ? [] : [`  names ${names.join(', ')}`]),
    `  SHA-256 ${certificate.fingerprint}`,
  ];
}

function describeState({ state, expiresAt, validFrom, daysLeft }: CheckedCertificate): string {
  if (state === 'not-yet-valid') return `is valid only from ${formatTime(validFrom)}`;
  if (state === 'expired') return `expired ${formatTime(expiresAt)}`;
  return `expires ${formatTime(expiresAt)}, in ${formatCount(daysLeft, 'day')}`;
}

function judge(source: string, certificate: X509Certificate, minimumDays: number, now: Date): CheckedCertificate {
  const facts = factsOf(certificate);
  const left = facts.expiresAt.getTime() - now.getTime();
  return {
    ...facts,
    source,
    daysLeft: Math.floor(left / dayMilliseconds),
    state: stateOf(facts, left, minimumDays, now),
  };
}

function stateOf({ validFrom }: CertificateFacts, left: number, minimumDays: number, now: Date): CertificateState {
  if (left <= 0) return 'expired';
  if (validFrom > now) return 'not-yet-valid';
  return left < minimumDays * dayMilliseconds ? 'expiring' : 'good';
}

async function orFailed(reading: Promise<readonly Found[]>, { failed }: CheckOptions): Promise<readonly Found[]> {
  return reading.catch((error: unknown) => {
    if (failed === undefined || !(error instanceof PilotError)) throw error;
    failed(error);
    return [];
  });
}

interface Found {
  readonly source: string;
  readonly certificate: X509Certificate;
}

async function readTarget(target: string, options: CheckOptions): Promise<readonly Found[]> {
  const found = await lookAt(target, options);
  if (found.length > 0) return found;
  throw new PilotError('INPUT_INVALID', `${target} holds no certificate`, {
    hint: 'Give PEM, DER or PKCS#12 files, folders with such files, or HOST:PORT.',
  });
}

async function lookAt(target: string, options: CheckOptions): Promise<readonly Found[]> {
  const path = resolve(options.baseDirectory, target);
  const there = await stat(path).catch((cause: NodeJS.ErrnoException) =>
    cause.code === 'ENOENT' ? undefined : unreadable(path)(cause),
  );
  if (there?.isDirectory() === true) return readFolder(path, options);
  if (there !== undefined) return readOne(path, target, options);
  const host = parseLiveHost(target);
  if (host === undefined) throw absent(target);
  const certificates = await fetchCertificates(host, options.signal);
  return certificates.map((certificate) => ({ source: target, certificate }));
}

async function readOne(path: string, source: string, { pkcs12Password }: CheckOptions): Promise<readonly Found[]> {
  const content = await readFile(path).catch(unreadable(path));
  return readCertificates(source, content, pkcs12Password).map((certificate) => ({ source, certificate }));
}

function absent(target: string): PilotError {
  return new PilotError('FILE_UNREADABLE', `there is no file or folder ${target}`, {
    hint: 'Correct the path; a host is given with its port, harbor.example.com:443.',
  });
}

async function readFolder(folder: string, options: CheckOptions): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const path of await certificateFiles(folder)) {
    found.push(...(await orFailed(readOne(path, relative(options.baseDirectory, path), options), options)));
  }
  return found;
}

/** Hidden names are left out: Kubernetes keeps older versions of a mounted secret in such folders. */
async function certificateFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(unreadable(folder));
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) found.push(...(await certificateFiles(path)));
    else if (fileEndings.test(entry.name) && (await isSmallFile(path))) found.push(path);
  }
  return found;
}

async function isSmallFile(path: string): Promise<boolean> {
  const there = await stat(path).catch(() => undefined);
  return there?.isFile() === true && there.size <= largestFileBytes;
}
