import type { ConfigurationValues } from '../configuration.ts';
import type { Harbor } from '../harbor.ts';
import { limitRefusal } from '../policy/quota.ts';
import { type Kind, readBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { badRequest, unauthorized } from '../server/refusal.ts';
import type { Route } from '../server/router.ts';
import { allowlistFields, readAllowlist, viewAllowlist } from './allowlist.ts';

/** Settings of the whole server. */
export const configurationRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/configurations', handle: showConfiguration },
  { method: 'PUT', pattern: '/configurations', handle: changeConfiguration },
  { method: 'GET', pattern: '/internalconfig', handle: refuseInternals },
  { method: 'GET', pattern: '/system/CVEAllowlist', handle: showAllowlist },
  { method: 'PUT', pattern: '/system/CVEAllowlist', handle: changeAllowlist },
];

/** Where people sign in cannot be changed any more when there is anybody but the first administrator. */
const hasUsers = (harbor: Harbor): boolean => harbor.users.all().some(({ id }) => id > 1);

function showConfiguration(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSystem(exchange, 'configuration:read');
  const { unknownSettings } = harbor.version;
  const entries = Object.entries(harbor.configuration.values).filter(([key]) => !unknownSettings.includes(key));
  const isEditable = (key: string) => key !== 'auth_mode' || !hasUsers(harbor);
  const settings = entries.map(([key, value]) => [key, { editable: isEditable(key), value }]);
  exchange.json(200, { ...Object.fromEntries(settings), scan_all_policy: {} });
}

const kinds: Readonly<Record<string, Kind>> = { string: 'string', number: 'integer', boolean: 'boolean' };

async function changeConfiguration(harbor: Harbor, exchange: Exchange): Promise<void> {
  const { values } = harbor.configuration;
  const fields = Object.entries(values).map(([key, value]) => [key, kinds[typeof value] ?? 'object'] as const);
  const body = await readBody(exchange, 'configurations', Object.fromEntries(fields));
  harbor.authorizer.requireSystem(exchange, 'configuration:update');
  const wanted = body as Partial<ConfigurationValues>;
  if ((wanted.auth_mode ?? values.auth_mode) !== values.auth_mode && hasUsers(harbor)) {
    throw badRequest('the auth mode cannot be modified as new users have been inserted into database');
  }
  checkItems(wanted);
  checkAudit(wanted, values);
  checkNumbers(wanted);
  harbor.configuration.change(body);
  exchange.empty(200);
}

const scopes = { values: [0, 1, 2], rule: 'invalid scope, should be 0, 1 or 2' };
const choices = new Map<string, { readonly values: readonly unknown[]; readonly rule: string }>([
  [
    'auth_mode',
    {
      values: ['db_auth', 'ldap_auth', 'uaa_auth', 'http_auth', 'oidc_auth'],
      rule: 'invalid auth_mode, shoud be one of db_auth, ldap_auth, uaa_auth, http_auth, oidc_auth',
    },
  ],
  [
    'project_creation_restriction',
    {
      values: ['adminonly', 'everyone'],
      rule: 'invalid project_creation_restriction, should be adminonly or everyone',
    },
  ],
  ['ldap_scope', scopes],
  ['ldap_group_search_scope', scopes],
]);
const neverEmpty: readonly string[] = ['ldap_base_dn', 'ldap_uid', 'ldap_url'];

function checkItems(values: Partial<ConfigurationValues>): void {
  for (const [key, value] of Object.entries(values)) {
    const choice = choices.get(key);
    const isEmpty = neverEmpty.includes(key) && String(value).trim() === '';
    const limit = key === 'storage_per_project' ? limitRefusal(Number(value)) : undefined;
    if (limit !== undefined) throw badRequest(`bad request: ${limit}`);
    if (isEmpty) throw badRequest(`bad request: item name ${key}: the configure value can not be empty`);
    if (choice?.values.includes(value) === false) throw badRequest(`bad request: item name ${key}: ${choice.rule}`);
  }
}

function checkAudit(wanted: Partial<ConfigurationValues>, values: ConfigurationValues): void {
  const isAsked = wanted.skip_audit_log_database !== undefined || wanted.audit_log_forward_endpoint !== undefined;
  const { skip_audit_log_database, audit_log_forward_endpoint } = { ...values, ...wanted };
  if (isAsked && skip_audit_log_database && audit_log_forward_endpoint === '') {
    throw badRequest(
      'bad request: audit log forward endpoint should be configured before enable skip audit log in database',
    );
  }
}

function checkNumbers(values: Partial<ConfigurationValues>): void {
  const largest = 9_999_999_999;
  for (const key of ['token_expiration', 'robot_token_duration', 'session_timeout'] as const) {
    const value = values[key] ?? 1;
    if (value <= 0) throw badRequest(`the ${key} value must be positive`);
    if (value > largest) throw badRequest(`the ${key} value is over the limit value: ${largest}`);
  }
}

/** For other parts of Harbor, whoever asks. */
function refuseInternals(): never {
  throw unauthorized('only internal service is allowed to call this API');
}

function showAllowlist(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSignedIn(exchange);
  const { items, expiresAt } = harbor.configuration.allowlist;
  exchange.json(200, viewAllowlist(items, expiresAt));
}

async function changeAllowlist(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'allowlist', allowlistFields);
  harbor.authorizer.requireSystem(exchange, 'configuration:update');
  harbor.configuration.allowlist = readAllowlist(body);
  exchange.empty(200);
}
