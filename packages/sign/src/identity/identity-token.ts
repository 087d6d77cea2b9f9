import { asArray, asNumber, asString, formatTime, PilotError, parseObject, printable } from '@harbor-pilot/core';

/** A token (JWT) in which an identity provider says who this job is. Only its claims are read; Fulcio verifies its signature. */
export interface IdentityToken {
  /** Secret: whoever has it can sign as this job until it expires. */
  readonly raw: string;
  readonly issuer: string;
  /** What Fulcio takes for the name of its holder: a verified mail address, or else the subject. */
  readonly subject: string;
  readonly expiresAt: Date;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** What a token is judged by. */
export interface IdentityTokenRules {
  /** Where it is from, for people: `the variable SIGSTORE_ID_TOKEN`. */
  readonly origin: string;
  readonly audience: string;
  /** How the user gets a good one. */
  readonly hint: string;
  readonly now: Date;
}

/** Tokens of CI systems have 1 to 4 KiB. */
const sizeLimitBytes = 32 * 1024;
/** Clocks of two machines may differ by so much. */
const clockSkewSeconds = 60;

/**
 * Reads a token and checks that it can serve: it is a JWT, for this audience, valid now, and says who it is for.
 * @throws PilotError IDENTITY_TOKEN_INVALID.
 */
export function parseIdentityToken(text: string, rules: IdentityTokenRules): IdentityToken {
  const raw = text.trim();
  const refuse = (why: string, hint = rules.hint): PilotError =>
    new PilotError('IDENTITY_TOKEN_INVALID', `the identity token of ${rules.origin} ${why}`, { hint });
  if (raw === '') throw refuse('is empty');
  if (Buffer.byteLength(raw) > sizeLimitBytes) throw refuse(`is larger than ${sizeLimitBytes / 1024} KiB`);
  const claims = parseClaims(raw);
  if (claims === undefined) throw refuse('is no JSON Web Token (three parts of base64url, joined by dots)');
  const issuer = asString(claims.iss);
  const subject = subjectOf(claims);
  const expiry = asNumber(claims.exp);
  if (issuer === undefined || subject === undefined || expiry === undefined) {
    throw refuse('lacks one of the claims "iss", "sub" and "exp"');
  }
  checkAudience(claims.aud, rules, refuse);
  checkTimes(claims, expiry, rules, refuse);
  return { raw, issuer, subject, claims, expiresAt: new Date(expiry * 1000) };
}

/** Whether a text has the shape of a JSON Web Token (RFC 7519, signed: three parts). */
export function isTokenText(text: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
}

function parseClaims(raw: string): Readonly<Record<string, unknown>> | undefined {
  if (!isTokenText(raw)) return undefined;
  const [header, payload] = raw.split('.').map((part) => parseObject(Buffer.from(part, 'base64url').toString()));
  return header === undefined || asString(header.alg)?.toLowerCase() === 'none' ? undefined : payload;
}

/** Fulcio wants the mail address signed where there is one, else the subject (fulcio 1.8.8, pkg/identity). */
function subjectOf({ email, email_verified: isVerified, sub }: Readonly<Record<string, unknown>>): string | undefined {
  const isMail = asString(email) !== undefined && (isVerified === true || isVerified === 'true');
  return asString(isMail ? email : sub);
}

type Refuse = (why: string, hint?: string) => PilotError;

function checkAudience(value: unknown, { audience }: IdentityTokenRules, refuse: Refuse): void {
  const audiences = typeof value === 'string' ? [value] : asArray(value).filter((one) => typeof one === 'string');
  if (audiences.includes(audience)) return;
  const named = audiences.length === 0 ? 'nobody' : audiences.map((one) => `"${printable(one, 100)}"`).join(', ');
  throw refuse(`is for ${named}, not for "${audience}"`);
}

function checkTimes(
  { nbf }: Readonly<Record<string, unknown>>,
  expiry: number,
  { now, hint }: IdentityTokenRules,
  refuse: Refuse,
): void {
  const seconds = now.getTime() / 1000;
  const clock = `The clock here says ${formatTime(now)}; if that is wrong, set it.`;
  if (!isMoment(expiry) || seconds > expiry + clockSkewSeconds) {
    const when = isMoment(expiry) ? ` at ${formatTime(new Date(expiry * 1000))}` : '';
    throw refuse(`expired${when}`, `${clock} ${hint}`);
  }
  const begin = asNumber(nbf);
  if (begin !== undefined && isMoment(begin) && seconds < begin - clockSkewSeconds) {
    throw refuse(`is valid only from ${formatTime(new Date(begin * 1000))}`, clock);
  }
}

/** Whether JavaScript has a date for it. */
function isMoment(seconds: number): boolean {
  return Math.abs(seconds) <= 8.64e12;
}
