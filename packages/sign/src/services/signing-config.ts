import { asArray, asNumber, asObject, asString, PilotError, parseObject, printable } from '@harbor-pilot/core';
import { isLocal } from './is-local.ts';

/** A service that signing needs, as a signing configuration names it. */
export interface SigningService {
  /** Base address; of a timestamp authority the whole one. */
  readonly url: string;
  readonly apiVersion: number;
  readonly operator: string;
  readonly validFrom: Date;
  readonly validUntil?: Date;
}

/** How many services of one kind are to be used, each of another operator. */
export type ServiceSelector = 'ANY' | 'ALL' | { readonly exactly: number };

/** Which services sign: cosign's file `signing_config.json`, version 0.2 (protobuf-specs 0.5, SigningConfig). */
export interface SigningConfig {
  /** Where it is from, for people: the path of a file, or `public Sigstore`. */
  readonly origin: string;
  readonly certificateAuthorities: readonly SigningService[];
  readonly logs: readonly SigningService[];
  readonly logSelector: ServiceSelector;
  readonly timestampAuthorities: readonly SigningService[];
  readonly timestampSelector: ServiceSelector;
}

const mediaType = 'application/vnd.dev.sigstore.signingconfig.v0.2+json';
const serviceLimit = 100;

/** Makes the error for something that a signing configuration says. */
type Refuse = (why: string) => PilotError;

/**
 * Reads a signing configuration.
 * @throws PilotError TRUST_ROOT_INVALID with the place of the first mistake.
 */
export function parseSigningConfig(text: string, origin: string): SigningConfig {
  const refuse: Refuse = (why) =>
    new PilotError('TRUST_ROOT_INVALID', `the signing configuration ${origin} cannot be used: ${why}`, {
      hint: 'Make it with "cosign signing-config create", of cosign 3.',
    });
  const document = parseObject(text);
  if (document === undefined) throw refuse('it is no JSON object');
  if (document.mediaType !== mediaType) {
    throw refuse(`its mediaType is "${printable(asString(document.mediaType) ?? '', 100)}", not "${mediaType}"`);
  }
  const services = (name: string): readonly SigningService[] => parseServices(document[name], name, refuse);
  const logs = services('rekorTlogUrls');
  const timestampAuthorities = services('tsaUrls');
  const certificateAuthorities = services('caUrls');
  for (const [index, { url }] of certificateAuthorities.entries()) {
    if (isReadable(url)) throw refuse(`caUrls[${index}] is not https: all on the way could read the identity token`);
  }
  return {
    origin,
    certificateAuthorities,
    logs,
    logSelector: parseSelector(document.rekorTlogConfig, 'rekorTlogConfig', logs, refuse),
    timestampAuthorities,
    timestampSelector: parseSelector(document.tsaConfig, 'tsaConfig', timestampAuthorities, refuse),
  };
}

/** Whether others on the way can read what is sent there. */
function isReadable(text: string): boolean {
  const url = new URL(text);
  return url.protocol === 'http:' && !isLocal(url);
}

function parseServices(value: unknown, name: string, refuse: Refuse): readonly SigningService[] {
  const list = asArray(value);
  if (value !== undefined && !Array.isArray(value)) throw refuse(`${name} is no list`);
  if (list.length > serviceLimit) throw refuse(`${name} has more than ${serviceLimit} services`);
  return list.map((one, index) => parseService(asObject(one) ?? {}, `${name}[${index}]`, refuse));
}

function parseService(
  { url, majorApiVersion, operator, validFor }: Readonly<Record<string, unknown>>,
  place: string,
  refuse: Refuse,
): SigningService {
  const address = asString(url) ?? '';
  if (!/^https?:\/\//.test(address) || !URL.canParse(address)) {
    throw refuse(`the url of ${place} is no http or https address`);
  }
  const { username, search, hash, href } = new URL(address);
  if (username !== '' || search !== '' || hash !== '') throw refuse(`the url of ${place} has more than host and path`);
  const apiVersion = asNumber(majorApiVersion);
  if (apiVersion === undefined) throw refuse(`${place} has no number as majorApiVersion`);
  const validFrom = parseDate(asObject(validFor)?.start);
  if (validFrom === undefined) throw refuse(`validFor of ${place} has no date as start`);
  const end = asObject(validFor)?.end;
  const validUntil = parseDate(end);
  if (end !== undefined && end !== null && validUntil === undefined) {
    throw refuse(`the end in validFor of ${place} is no date`);
  }
  return {
    url: href.replace(/\/+$/, ''),
    apiVersion,
    // Where none is named, each service is taken for that of another.
    operator: asString(operator) || `${href} ${place}`,
    validFrom,
    ...(validUntil === undefined ? {} : { validUntil }),
  };
}

function parseDate(value: unknown): Date | undefined {
  const date = new Date(asString(value) ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function parseSelector(
  value: unknown,
  name: string,
  services: readonly SigningService[],
  refuse: Refuse,
): ServiceSelector {
  if (services.length === 0) return 'ALL';
  const { selector, count } = asObject(value) ?? {};
  if (selector === 'ANY' || selector === 'ALL') return selector;
  if (selector !== 'EXACT') throw refuse(`the selector of ${name} is none of ANY, ALL and EXACT`);
  const exactly = asNumber(count);
  if (exactly !== undefined && Number.isInteger(exactly) && exactly > 0) return { exactly };
  throw refuse(`${name} says EXACT without a count`);
}
