import type { Harbor } from '../harbor.ts';
import { settledSeverity } from '../policy/severity.ts';
import { type Body, type Fields, readOptionalBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { checkLength } from '../server/parameters.ts';
import { badRequest, conflict } from '../server/refusal.ts';
import type { Route } from '../server/router.ts';
import type { Project } from '../store/projects.ts';

/** The settings of a project one by one. */
export const metadataRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/projects/{project}/metadatas/', handle: listMetadata },
  { method: 'POST', pattern: '/projects/{project}/metadatas/', handle: addMetadata },
  { method: 'GET', pattern: '/projects/{project}/metadatas/{key}', handle: showMetadata },
  { method: 'PUT', pattern: '/projects/{project}/metadatas/{key}', handle: changeMetadata },
  { method: 'DELETE', pattern: '/projects/{project}/metadatas/{key}', handle: deleteMetadata },
];

const switches: readonly string[] = [
  'public',
  'enable_content_trust',
  'enable_content_trust_cosign',
  'prevent_vul',
  'auto_scan',
  'auto_sbom_generation',
  'reuse_sys_cve_allowlist',
  'proxy_cache_local_on_not_found',
];
/** Of projects that are proxies, which there are none here. */
const proxyNumbers: readonly string[] = ['proxy_speed_kb', 'max_upstream_conn'];
const keys: readonly string[] = [...switches, 'severity', 'retention_id', ...proxyNumbers];

/** Types of the settings of a project. */
export const metadataFields: Fields = Object.fromEntries(keys.map((key) => [key, 'string']));

/**
 * The settings among the given ones that a project keeps when it is made or changed as a whole. Their values are not checked.
 * @throws Refusal 500 for one that is too long.
 */
export function knownMetadata({ version }: Harbor, values: Body): Record<string, string> {
  const known = Object.entries(values).filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' &&
      keys.includes(entry[0]) &&
      !proxyNumbers.includes(entry[0]) &&
      !version.unknownMetadata.includes(entry[0]) &&
      !(entry[0] === 'public' && entry[1] === ''),
  );
  for (const [, value] of known) checkLength(value, 255);
  return Object.fromEntries(known);
}

function listMetadata(harbor: Harbor, exchange: Exchange): void {
  exchange.json(200, settingsOf(harbor.authorizer.requireProject(exchange, 'metadata:list')));
}

function showMetadata(harbor: Harbor, exchange: Exchange): void {
  const settings = settingsOf(harbor.authorizer.requireProject(exchange, 'metadata:read'));
  const key = exchange.parameter('key');
  exchange.json(200, Object.hasOwn(settings, key) ? { [key]: settings[key] } : {});
}

/** Harbor keeps the scanner of a project among its settings (v2.15.2, src/controller/scanner/base_controller.go). */
function settingsOf({ metadata, scanner }: Project): Readonly<Record<string, string>> {
  return scanner === null ? metadata : { ...metadata, projectScanner: scanner };
}

async function addMetadata(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = (await readOptionalBody(exchange, 'metadata', 'texts')) ?? {};
  const project = harbor.authorizer.requireProject(exchange, 'metadata:create');
  const [key = ''] = Object.keys(body);
  if (Object.keys(body).length !== 1) throw badRequest('only allow one key/value pair');
  const value = settingOf(harbor, key, String(body[key]));
  if (project.metadata[key] !== undefined) throw conflict(`metadata ${key} already exists for project ${project.id}`);
  harbor.projects.setMetadata(project.id, { ...project.metadata, [key]: value });
  exchange.empty(200);
}

/** Gives a setting another value; one that was never set stays so, without a word. */
async function changeMetadata(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = (await readOptionalBody(exchange, 'metadata', 'texts')) ?? {};
  const project = harbor.authorizer.requireProject(exchange, 'metadata:update');
  const key = exchange.parameter('key');
  const value = settingOf(harbor, key, String(body[key] ?? ''));
  if (project.metadata[key] !== undefined)
    harbor.projects.setMetadata(project.id, { ...project.metadata, [key]: value });
  exchange.empty(200);
}

function deleteMetadata(harbor: Harbor, exchange: Exchange): void {
  const project = harbor.authorizer.requireProject(exchange, 'metadata:delete');
  const { [exchange.parameter('key')]: _removed, ...rest } = project.metadata;
  harbor.projects.setMetadata(project.id, rest);
  exchange.empty(200);
}

/**
 * The value of a single setting, as Harbor keeps it.
 * @throws Refusal 400 for an unknown setting and for a value that is none of it.
 */
function settingOf({ version }: Harbor, key: string, value: string): string {
  const isKnown = keys.includes(key) && key !== 'retention_id' && !version.unknownMetadata.includes(key);
  if (!isKnown) throw badRequest(`invalid key: ${key}`);
  const kept = switches.includes(key)
    ? switchOf(value)
    : proxyNumbers.includes(key)
      ? numberOf(value)
      : settledSeverity(value);
  if (kept === undefined || kept === 'unknown') throw badRequest(`invalid value: ${value}`);
  return kept;
}

function switchOf(text: string): string | undefined {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return 'true';
  return ['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text) ? 'false' : undefined;
}

/** Of 32 bits. */
function numberOf(text: string): string | undefined {
  const number = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  return number >= -(2 ** 31) && number < 2 ** 31 ? String(number) : undefined;
}
