import { X509Certificate } from 'node:crypto';
import { asArray, asObject, asString, PilotError } from '@harbor-pilot/core';
import type { Http } from '@harbor-pilot/http';
import type { IdentityToken } from '../identity/identity-token.ts';
import { askService, type ServiceAnswer } from './ask-service.ts';

/** What a certificate is asked with. */
export interface CertificateWish {
  readonly http: Http;
  /** Base address of Fulcio. */
  readonly url: string;
  readonly identity: IdentityToken;
  readonly publicKeyPem: string;
  /** The name of the token's holder, signed with the key: so Fulcio knows that the asker has it. */
  readonly proofOfPossession: Uint8Array;
  readonly signal: AbortSignal | undefined;
}

/** A certificate, and who it says that signs. */
export interface GivenCertificate {
  /** Leaf first, DER. A proof of the certificate log is inside the leaf, where the Fulcio has such a log. */
  readonly chain: readonly Uint8Array[];
  readonly identity: string;
  readonly issuer: string;
  readonly lifetimeSeconds: number;
}

const chainLimit = 10;

/**
 * Asks Fulcio for a certificate (its API v2, fulcio 1.8.8 `fulcio.proto`, CreateSigningCertificate) and checks that it is
 * for this key and this identity.
 * @throws PilotError IDENTITY_TOKEN_INVALID when Fulcio does not take the token, SIGSTORE_UNAVAILABLE, ANSWER_UNEXPECTED.
 */
export async function requestCertificate(wish: CertificateWish): Promise<GivenCertificate> {
  const { http, url, identity, publicKeyPem, proofOfPossession, signal } = wish;
  const answer = await askService(http, {
    service: 'Fulcio',
    method: 'POST',
    url: `${url}/api/v2/signingCert`,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({
      credentials: { oidcIdentityToken: identity.raw },
      publicKeyRequest: {
        publicKey: { algorithm: 'ECDSA', content: publicKeyPem },
        proofOfPossession: Buffer.from(proofOfPossession).toString('base64'),
      },
    }),
    signal,
  });
  if (answer.status >= 400) throw refusal(answer, identity, new URL(url).host);
  const chain = parseChain(answer);
  return judged(chain, wish, answer);
}

function refusal(answer: ServiceAnswer, { issuer }: IdentityToken, host: string): PilotError {
  const isAboutToken = answer.status === 401 || answer.status === 403 || /token|issuer|claim/i.test(answer.problem());
  if (!isAboutToken) return answer.unexpected(`it answered ${answer.problem()}`);
  const what = `Fulcio at ${host} does not take the identity token of ${issuer}: it answered ${answer.problem()}`;
  return new PilotError('IDENTITY_TOKEN_INVALID', what, {
    hint: 'Its configuration must name this issuer with this audience, the token must not have expired by its clock, and it must be able to reach the issuer. The public Fulcio takes tokens of github.com and gitlab.com, not of servers of your own.',
  });
}

function parseChain(answer: ServiceAnswer): readonly X509Certificate[] {
  const document = asObject(answer.json());
  const given = asObject(document?.signedCertificateEmbeddedSct) ?? asObject(document?.signedCertificateDetachedSct);
  const pems = asArray(asObject(given?.chain)?.certificates);
  if (pems.length === 0 || pems.length > chainLimit) throw answer.unexpected('it has no chain of certificates');
  return pems.map((pem) => {
    try {
      return new X509Certificate(asString(pem) ?? '');
    } catch {
      throw answer.unexpected('one of its certificates cannot be read');
    }
  });
}

async function judged(
  chain: readonly X509Certificate[],
  { identity, publicKeyPem }: CertificateWish,
  answer: ServiceAnswer,
): Promise<GivenCertificate> {
  for (const [index, { publicKey }] of chain.slice(1).entries()) {
    if (chain[index]?.verify(publicKey) !== true) throw answer.unexpected('its certificates are no chain');
  }
  const [leaf] = chain as readonly [X509Certificate];
  if (leaf.publicKey.export({ type: 'spki', format: 'pem' }) !== publicKeyPem) {
    throw answer.unexpected('its certificate is for another key');
  }
  const { readCertificate } = await import('../prove/signer-certificate.ts');
  const read = readCertificate(leaf.raw);
  if ('failure' in read) throw answer.unexpected(read.reason);
  const names = { identity: read.identity, issuer: read.issuer };
  if (!isFor(identity, names)) {
    throw answer.unexpected(
      `its certificate is for "${names.identity}" of ${names.issuer}, who is not in the identity token`,
    );
  }
  const lifetimeSeconds = (leaf.validToDate.getTime() - leaf.validFromDate.getTime()) / 1000;
  return { chain: chain.map(({ raw }) => raw), ...names, lifetimeSeconds };
}

/**
 * Whether a certificate names the holder of a token. Each Fulcio makes the name of other claims by a template of its own;
 * so it has to be the holder's name as it was signed, or to hold one of the claims. Providers that speak for others (Dex)
 * name them in a claim.
 */
function isFor(
  { claims, issuer, subject }: IdentityToken,
  names: Pick<GivenCertificate, 'identity' | 'issuer'>,
): boolean {
  const texts = textsIn(claims).filter((text) => text.length > 2);
  const isIssuer = names.issuer === issuer || texts.includes(names.issuer);
  return (
    isIssuer && (names.identity === subject || texts.some((text) => text !== issuer && names.identity.includes(text)))
  );
}

function textsIn(value: unknown, depth = 0): readonly string[] {
  if (typeof value === 'string') return [value];
  const parts = depth < 4 ? Object.values(asObject(value) ?? {}) : [];
  return parts.flatMap((part) => textsIn(part, depth + 1));
}
