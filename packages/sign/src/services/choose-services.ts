import { formatCount, formatTime, PilotError } from '@harbor-pilot/core';
import type { ServiceSelector, SigningService } from './signing-config.ts';

/** What to choose services by. */
export interface ServiceWish {
  /** For people: `transparency logs`. */
  readonly kind: string;
  /** Where the services are named. */
  readonly origin: string;
  readonly apiVersions: readonly number[];
  readonly selector: ServiceSelector;
  readonly now: Date;
}

/** Services in the order in which they are to be asked, and how many of them must answer. */
export interface ServiceChoice {
  readonly services: readonly SigningService[];
  readonly count: number;
}

/**
 * Chooses services as the specification of signing configurations demands: valid now, of the highest version that is known
 * here, the newest of each operator (protobuf-specs 0.5, "Service"). Those that are left over take the place of one that is
 * down.
 * @throws PilotError TRUST_ROOT_INVALID when there are fewer than are to be used.
 */
export function chooseServices(all: readonly SigningService[], wish: ServiceWish): ServiceChoice {
  const { selector, apiVersions, now } = wish;
  const valid = all.filter((service) => isValidAt(service, now));
  const version = Math.max(...valid.map(({ apiVersion }) => apiVersion).filter((one) => apiVersions.includes(one)));
  const newestFirst = valid
    .filter(({ apiVersion }) => apiVersion === version)
    .sort((a, b) => b.validFrom.getTime() - a.validFrom.getTime());
  const services = [...Map.groupBy(newestFirst, ({ operator }) => operator).values()].flatMap(([first]) => first ?? []);
  const count = selector === 'ANY' ? 1 : selector === 'ALL' ? services.length : selector.exactly;
  if (services.length > 0 && services.length >= count) return { services, count };
  throw tooFew(all, services.length, count, wish);
}

/** Whether a service is to be used at a time. */
export function isValidAt({ validFrom, validUntil }: SigningService, now: Date): boolean {
  return validFrom <= now && (validUntil === undefined || now < validUntil);
}

function tooFew(
  all: readonly SigningService[],
  found: number,
  count: number,
  { kind, origin, apiVersions, now }: ServiceWish,
): PilotError {
  const what = `the signing configuration ${origin} has ${found === 0 ? 'none' : found} of the ${kind} that can be used now`;
  const wanted = found === 0 ? '' : `, and wants ${count} of different operators`;
  const named = all.map(({ url, apiVersion, validFrom, validUntil }) => {
    const end = validUntil === undefined ? '' : ` until ${formatTime(validUntil)}`;
    return `${url} (version ${apiVersion}, valid from ${formatTime(validFrom)}${end})`;
  });
  const list = named.length === 0 ? 'It names none.' : `It names ${named.slice(0, 5).join(', ')}.`;
  return new PilotError('TRUST_ROOT_INVALID', what + wanted, {
    hint: `${list} ${formatCount(apiVersions.length, 'version')} known here: ${apiVersions.join(', ')}; the clock says ${formatTime(now)}. Get a newer signing configuration, or set the clock.`,
  });
}
