import { X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import { PilotError, readPromptly } from '@harbor-pilot/core';
import type { Runtime } from '@harbor-pilot/step-kit';

/** What the inputs say about the authority. */
export interface AuthorityValues {
  /** PEM text, the path of a PEM file, or `auto`. */
  readonly caCertificate: string | undefined;
  readonly caFingerprint: string | undefined;
}

/**
 * Reads the certificate of the authority. `auto` asks Harbor for it, and takes it only when it has the fingerprint.
 * @param host where `auto` asks.
 * @returns PEM.
 * @throws PilotError INPUT_INVALID, FILE_UNREADABLE; TLS_UNTRUSTED when the fingerprint is another one.
 */
export async function readAuthority(
  { caCertificate, caFingerprint }: AuthorityValues,
  host: string | undefined,
  runtime: Runtime,
): Promise<string | undefined> {
  if (caCertificate === 'auto') {
    const { fetchAuthority } = await import('./authority-of-harbor.ts');
    return fetchAuthority(host, caFingerprint, runtime);
  }
  if (caFingerprint !== undefined) {
    throw new PilotError('INPUT_INVALID', 'the input "ca-fingerprint" is given, but "ca-certificate" is not "auto"', {
      hint: 'The fingerprint is for a certificate that Harbor is asked for: write ca-certificate: auto, or leave the fingerprint out.',
    });
  }
  if (caCertificate === undefined) return undefined;
  const isText = caCertificate.includes('-----BEGIN');
  const text = withLineBreaks(isText ? caCertificate : await readCertificateFile(caCertificate, runtime.workspace));
  try {
    new X509Certificate(text);
    return text;
  } catch (cause) {
    throw new PilotError(
      'INPUT_INVALID',
      `${isText ? 'the input "ca-certificate"' : caCertificate} holds no certificate in PEM form`,
      {
        cause,
        hint: 'It is text that begins with -----BEGIN CERTIFICATE-----. Convert a DER file with: openssl x509 -inform der.',
      },
    );
  }
}

/** On the way through a CI they become the "\n" of JSON, or the blanks of a folded text of YAML. */
function withLineBreaks(text: string): string {
  return text.replace(/(-----BEGIN CERTIFICATE-----)([^-]+)(-----END CERTIFICATE-----)/g, (_, begin, body, end) => {
    const lines = String(body)
      .replace(/\\[nr]|\s/g, '')
      .replace(/.{64}/g, '$&\n');
    return `\n${begin}\n${lines}\n${end}\n`;
  });
}

async function readCertificateFile(path: string, workspace: string): Promise<string> {
  const content = await readPromptly(resolve(workspace, path)).catch((cause: unknown) => {
    throw new PilotError('FILE_UNREADABLE', `the certificate ${path} cannot be read`, {
      cause,
      hint: 'Give the path of a PEM file, or the PEM text itself, as ca-certificate.',
    });
  });
  return content.toString();
}
