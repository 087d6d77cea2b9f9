import { PilotError } from '@harbor-pilot/core';
import {
  exactName,
  type NameRule,
  namePattern,
  parsePublicKey,
  publicTrustRoot,
  type SignerPolicy,
  type TrustedSigner,
  type TrustRoot,
  type Waiver,
} from '@harbor-pilot/sign';
import type { InputDeclarations, Runtime, Structure } from '@harbor-pilot/step-kit';
import { readPublicKey } from '../signature-key-input.ts';
import { entriesOf, invalidEntry } from './entries.ts';
import { termInputs, trustInputs } from './inputs.ts';
import { readPart } from './policy-file.ts';

const { certificateIdentity, certificateIdentityRegexp, certificateOidcIssuer, certificateOidcIssuerRegexp } =
  termInputs;
/** How a signer is named in a list. */
export const signerDeclarations = {
  publicKey: trustInputs.publicKey,
  certificateIdentity,
  certificateIdentityRegexp,
  certificateOidcIssuer,
  certificateOidcIssuerRegexp,
} as const satisfies InputDeclarations;

/** How signers are named, in inputs and in files. */
export interface SignerValues {
  readonly publicKey: readonly string[] | undefined;
  readonly certificateIdentity: string | undefined;
  readonly certificateIdentityRegexp: string | undefined;
  readonly certificateOidcIssuer: string | undefined;
  readonly certificateOidcIssuerRegexp: string | undefined;
}

/** A signer who is trusted, and who that is in words. */
export interface NamedSigner {
  readonly signer: TrustedSigner;
  readonly words: string;
}

/**
 * Reads whose signatures count.
 * @param where for messages: `the inputs`, or file and line.
 * @throws PilotError KEY_INVALID; INPUT_INVALID when of identity and issuer only one is there, or one is there twice.
 */
export async function readSigners(
  values: SignerValues,
  where: string,
  runtime: Runtime,
): Promise<readonly NamedSigner[]> {
  const signers: NamedSigner[] = [];
  for (const file of values.publicKey ?? []) {
    const publicKey = parsePublicKey(await readPublicKey(file, runtime));
    signers.push({ signer: { kind: 'key', publicKey }, words: `the key ${file} (${publicKey.keyId})` });
  }
  const identity = nameRule('identity', values.certificateIdentity, values.certificateIdentityRegexp, where);
  const issuer = nameRule('oidc-issuer', values.certificateOidcIssuer, values.certificateOidcIssuerRegexp, where);
  if (identity === undefined && issuer === undefined) return signers;
  if (identity !== undefined && issuer !== undefined) {
    const words = `${describeRule(identity)} of the issuer ${describeRule(issuer)}`;
    return [...signers, { signer: { kind: 'certificate', identity: identity.rule, issuer: issuer.rule }, words }];
  }
  const [given, missing] = identity === undefined ? ['oidc-issuer', 'identity'] : ['identity', 'oidc-issuer'];
  throw new PilotError('INPUT_INVALID', `${where}: there is a certificate-${given}, but no certificate-${missing}`, {
    hint: 'Give both: anybody can have an identity of that name from another issuer.',
  });
}

interface GivenRule {
  readonly rule: NameRule;
  readonly text: string;
}

function nameRule(
  what: 'identity' | 'oidc-issuer',
  exact: string | undefined,
  pattern: string | undefined,
  where: string,
): GivenRule | undefined {
  if (exact !== undefined && pattern !== undefined) {
    throw new PilotError(
      'INPUT_INVALID',
      `${where}: both certificate-${what} and certificate-${what}-regexp are given`,
      {
        hint: 'Give one of them.',
      },
    );
  }
  if (exact !== undefined) return { rule: exactName(exact), text: exact };
  if (pattern === undefined) return undefined;
  return { rule: namePattern(pattern, `${where}, certificate-${what}-regexp`), text: pattern };
}

function describeRule({ rule, text }: GivenRule): string {
  return rule.kind === 'exact' ? text : `/${text}/`;
}

/**
 * Reads a list of signers.
 * @throws PilotError what {@link readSigners} throws; CONFIG_INVALID with the line.
 */
export async function readSignerList(
  structure: Structure | undefined,
  place: Runtime,
): Promise<readonly NamedSigner[]> {
  const signers: NamedSigner[] = [];
  for (const entry of entriesOf(structure, 'signers')) {
    const found = await readSigners(readPart(signerDeclarations, entry), entry.where([]), place);
    if (found.length === 0) throw invalidEntry(entry, 'the signer has neither a public-key nor a certificate-identity');
    signers.push(...found);
  }
  return signers;
}

/**
 * What signers make a policy. Certificates mean nothing without an authority: without a trust root it is that of the public
 * Sigstore.
 */
export async function policyOf(
  named: readonly NamedSigner[],
  trustRoot: TrustRoot | undefined,
  waivers: ReadonlySet<Waiver>,
): Promise<SignerPolicy> {
  const signers = named.map(({ signer }) => signer);
  const isPublic = trustRoot === undefined && signers.some(({ kind }) => kind === 'certificate');
  return { signers, trustRoot: isPublic ? await publicTrustRoot() : trustRoot, waivers };
}
