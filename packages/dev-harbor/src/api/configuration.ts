import type { ConfigurationValues } from '../configuration.ts';
import type { Harbor } from '../harbor.ts';
import { type Fields, readBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { badRequest } from '../server/refusal.ts';
import type { Route } from '../server/router.ts';
import { readAllowlist, viewAllowlist } from './allowlist.ts';

/** Settings of the whole server. */
export const configurationRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/configurations', handle: showConfiguration },
  { method: 'PUT', pattern: '/configurations', handle: changeConfiguration },
  { method: 'GET', pattern: '/system/CVEAllowlist', handle: showAllowlist },
  { method: 'PUT', pattern: '/system/CVEAllowlist', handle: changeAllowlist },
];

function showConfiguration(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSystem(exchange, 'configuration:read');
  const { unknownSettings } = harbor.version;
  const entries = Object.entries(harbor.configuration.values).filter(([key]) => !unknownSettings.includes(key));
  exchange.json(200, Object.fromEntries(entries.map(([key, value]) => [key, { editable: true, value }])));
}

async function changeConfiguration(harbor: Harbor, exchange: Exchange): Promise<void> {
  const kinds = { string: 'string', number: 'integer', boolean: 'boolean' } as const;
  const fields: Record<string, Fields[string]> = {};
  for (const [key, value] of Object.entries(harbor.configuration.values))
    fields[key] = kinds[typeof value as keyof typeof kinds];
  const body = await readBody(exchange, 'configurations', fields);
  harbor.authorizer.requireSystem(exchange, 'configuration:update');
  checkValues(body as Partial<ConfigurationValues>);
  harbor.configuration.change(body);
  exchange.empty(200);
}

function checkValues(values: Partial<ConfigurationValues>): void {
  if (values.token_expiration !== undefined && values.token_expiration <= 0) {
    throw badRequest('the token_expiration value must be positive');
  }
  const key = 'project_creation_restriction';
  if (!['adminonly', 'everyone', undefined].includes(values[key])) {
    throw badRequest(`bad request: item name ${key}: invalid ${key}, should be adminonly or everyone`);
  }
}

function showAllowlist(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSignedIn(exchange);
  const { items, expiresAt } = harbor.configuration.allowlist;
  exchange.json(200, viewAllowlist(items, expiresAt));
}

async function changeAllowlist(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'allowlist', { items: 'array', expires_at: 'integer' });
  harbor.authorizer.requireSystem(exchange, 'configuration:update');
  harbor.configuration.allowlist = readAllowlist(body);
  exchange.empty(200);
}
