import { asArray, asNumber, asObject, asString } from '@harbor-pilot/core';
import { internalError } from '../server/refusal.ts';
import { zeroTime } from '../store/times.ts';

/** A list of vulnerabilities as the API writes it. Harbor does not remember when it was made. */
export function viewAllowlist(items: readonly string[], expiresAt: number | null) {
  return {
    creation_time: zeroTime,
    ...(expiresAt === null ? {} : { expires_at: expiresAt }),
    items: items.map((cve_id) => ({ cve_id })),
    update_time: zeroTime,
  };
}

/**
 * Reads a list of vulnerabilities as the API writes it.
 * @throws Refusal 500 when one is in it twice, as Harbor does.
 */
export function readAllowlist(value: unknown): { items: string[]; expiresAt: number | null } {
  const list = asObject(value);
  const items = asArray(list?.items).flatMap((item) => asString(asObject(item)?.cve_id) ?? []);
  if (new Set(items).size !== items.length) throw internalError();
  return { items, expiresAt: asNumber(list?.expires_at) ?? null };
}
