import { asArray, asNumber, asObject, asString } from '@harbor-pilot/core';
import type { Fields } from '../server/body.ts';
import { internalError } from '../server/refusal.ts';
import { zeroTime } from '../store/times.ts';

/** Types of the fields of a list of vulnerabilities. */
export const allowlistFields: Fields = {
  id: 'integer',
  project_id: 'integer',
  expires_at: 'integer',
  items: [{ cve_id: 'string' }],
  creation_time: 'string',
  update_time: 'string',
};

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
 * @throws Refusal 500 when one is in it twice, or has no name, as Harbor does.
 */
export function readAllowlist(value: unknown): { items: string[]; expiresAt: number | null } {
  const list = asObject(value);
  const items = asArray(list?.items).map((item) => asString(asObject(item)?.cve_id) ?? '');
  if (new Set(items).size !== items.length || items.some((item) => item.trim() === '')) throw internalError();
  return { items, expiresAt: asNumber(list?.expires_at) ?? null };
}
