import { createPublicKey, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { type Clock, PilotError } from '@harbor-pilot/core';
import type { Http } from '@harbor-pilot/http';
import type { IdentitySource } from './identity/identity-source.ts';
import { signBytes } from './keys/algorithm.ts';
import { formatPublicKey, publicKeyOf } from './public-key.ts';
import { chooseServices } from './services/choose-services.ts';
import { type GivenCertificate, requestCertificate } from './services/fulcio.ts';
import type { SigningConfig } from './services/signing-config.ts';
import type { Signer } from './signer.ts';

/** What signing without a key of one's own needs. */
export interface KeylessOptions {
  /** Has the trust and the proxies for the services. */
  readonly http: Http;
  /** Names Fulcio. */
  readonly config: SigningConfig;
  readonly identity: IdentitySource;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/** A signer whose certificate says who it is. */
export interface KeylessSigner extends Signer {
  readonly certificates: readonly Uint8Array[];
  /** As the certificate names it: a URI or a mail address. */
  readonly identity: string;
  /** Who vouched for it: the URL of an OIDC issuer. */
  readonly issuer: string;
}

/** Witnesses are heard after signing; the certificate must still be valid then. */
const renewalSeconds = 120;

/**
 * Makes a signer with a key that lives in memory only, and a certificate of Fulcio for the identity of this job. The
 * certificate serves all signatures of the run, and is renewed for the same key when it nears its end.
 * @throws PilotError IDENTITY_TOKEN_INVALID, SIGSTORE_UNAVAILABLE, ANSWER_UNEXPECTED; TRUST_ROOT_INVALID when no Fulcio can
 *   be used now.
 */
export async function createKeylessSigner(options: KeylessOptions): Promise<KeylessSigner> {
  const { http, config, identity, clock, signal } = options;
  requireTime(config);
  const { services } = chooseServices(config.certificateAuthorities, {
    kind: 'certificate authorities',
    origin: config.origin,
    apiVersions: [1],
    selector: 'ANY',
    now: clock.now(),
  });
  const url = services[0]?.url ?? '';
  const { privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const { key, keyId } = publicKeyOf(createPublicKey(privateKey));
  const publicKeyPem = formatPublicKey(key);
  const request = async (): Promise<CurrentCertificate> => {
    const token = await identity.token(signal);
    const proofOfPossession = signBytes(Buffer.from(token.subject), privateKey);
    const given = await requestCertificate({ http, url, identity: token, publicKeyPem, proofOfPossession, signal });
    return { ...given, receivedAt: clock.now() };
  };
  let current = await request();
  let renewal: Promise<CurrentCertificate> | undefined;
  const renew = async (): Promise<void> => {
    if (isFresh(current, clock.now())) return;
    renewal ??= request().finally(() => {
      renewal = undefined;
    });
    current = await renewal;
  };
  return {
    keyId,
    publicKeyPem,
    identity: current.identity,
    issuer: current.issuer,
    get certificates() {
      return current.chain;
    },
    sign: async (bytes) => {
      await renew();
      return signBytes(bytes, privateKey);
    },
  };
}

/** A certificate is valid for minutes: without somebody who says when it signed, nobody could verify it later. */
function requireTime({ origin, logs, timestampAuthorities }: SigningConfig): void {
  if (timestampAuthorities.length > 0 || logs.some(({ apiVersion }) => apiVersion === 1)) return;
  const what = `the signing configuration ${origin} names nobody who says when something was signed`;
  throw new PilotError('TRUST_ROOT_INVALID', what, {
    hint: 'Signing without a key takes a timestamp authority (tsaUrls): logs of Rekor 2 tell no time.',
  });
}

interface CurrentCertificate extends GivenCertificate {
  readonly receivedAt: Date;
}

/** Goes by the time since it was given, for the clock here may differ from that of Fulcio. */
function isFresh({ receivedAt, lifetimeSeconds }: CurrentCertificate, now: Date): boolean {
  const age = (now.getTime() - receivedAt.getTime()) / 1000;
  return age < lifetimeSeconds - Math.min(renewalSeconds, lifetimeSeconds / 4);
}
