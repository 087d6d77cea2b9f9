import { readFile } from 'node:fs/promises';
import { getCACertificates } from 'node:tls';
import { pemCertificates } from '@harbor-pilot/http';
import type { Runtime } from '@harbor-pilot/step-kit';

/** Variables with a file of all authorities that programs are to trust: Go and OpenSSL, Python's requests, curl. */
const wholeBundles = ['SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'] as const;

/** The variable with a file of authorities that Node.js trusts besides its own. */
const extraBundle = 'NODE_EXTRA_CA_CERTS';

/** Texts of PEM files. */
export interface CaBundle {
  /** The authorities, those of the system, and those that any of the variables has named until now. */
  readonly whole: string;
  /** The authorities, and those that Node.js was given until now. */
  readonly extra: string;
}

/** Joins authorities with those that are trusted on this machine. */
export async function makeCaBundle(authorities: readonly string[], runtime: Runtime): Promise<CaBundle> {
  const extra = [...(await certificatesIn(extraBundle, runtime)), ...authorities];
  const named = await Promise.all(wholeBundles.map((name) => certificatesIn(name, runtime)));
  return { whole: textOf([...systemAuthorities(named[0]), ...named.flat(), ...extra]), extra: textOf(extra) };
}

/** The variables that have programs trust what is in these files. */
export function caVariables(files: {
  readonly whole: string;
  readonly extra: string;
}): Readonly<Record<string, string>> {
  return { ...Object.fromEntries(wholeBundles.map((name) => [name, files.whole])), [extraBundle]: files.extra };
}

/** SSL_CERT_FILE takes the place of the system's own. */
function systemAuthorities(replaced: readonly string[] = []): readonly string[] {
  if (replaced.length > 0) return [];
  const system = getCACertificates('system');
  return system.length > 0 ? system : getCACertificates('bundled');
}

async function certificatesIn(name: string, { environment, warn }: Runtime): Promise<readonly string[]> {
  const path = environment[name];
  if (path === undefined || path === '') return [];
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    warn(
      `${path}, which ${name} names, cannot be read (${cause.code}): its authorities are not trusted by later steps`,
    );
    return '';
  });
  return pemCertificates(text);
}

function textOf(certificates: readonly string[]): string {
  return [...new Set(certificates.map((pem) => `${pem.trim()}\n`))].join('');
}
