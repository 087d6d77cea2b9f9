import type { Exchange } from '../server/exchange.ts';
import { type Fault, Refusal } from '../server/refusal.ts';

/** The header that answers of the distribution API carry. */
export const registryHeaders = { 'Docker-Distribution-Api-Version': 'registry/2.0' } as const;

/** An error in the registry's own words, as against those of Harbor in front of it. */
export function registryFault(status: number, ...faults: Fault[]): Refusal {
  return new Refusal(status, faults, registryHeaders);
}

/** One missing blob of a manifest. */
export const manifestBlobUnknown = (digest: string): Fault => ({
  code: 'MANIFEST_BLOB_UNKNOWN',
  message: 'blob unknown to registry',
  detail: digest,
});

/** A manifest of more than 4 MiB, which the registry does not read to its end (distribution 2.8.3, registry/handlers/manifests.go). */
export function manifestTooLarge(): Refusal {
  const detail = 'http: request body too large';
  return registryFault(400, { code: 'MANIFEST_INVALID', message: 'manifest invalid', detail });
}

/** A digest that content does not have. */
export const digestInvalid: Fault = {
  code: 'DIGEST_INVALID',
  message: 'provided digest did not match uploaded content',
};

/** The registry's whole answer to a path that it does not have. */
export function answerNothing(exchange: Exchange): void {
  exchange.text(404, '404 page not found\n', registryHeaders);
}
