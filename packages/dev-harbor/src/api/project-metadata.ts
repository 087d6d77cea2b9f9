import { type Harbor, timeOf } from '../harbor.ts';
import { readBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
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

const keys: readonly string[] = [
  'public',
  'enable_content_trust',
  'enable_content_trust_cosign',
  'prevent_vul',
  'severity',
  'auto_scan',
  'auto_sbom_generation',
  'reuse_sys_cve_allowlist',
  'retention_id',
  'proxy_speed_kb',
  'max_upstream_conn',
];
const severities: readonly string[] = ['none', 'low', 'medium', 'high', 'critical'];

/** The known settings among the given ones. Values are not checked, but for an unknown severity, which becomes "unknown". */
export function knownMetadata(values: Readonly<Record<string, unknown>>): Record<string, string> {
  const known = Object.entries(values).filter(
    (entry): entry is [string, string] => keys.includes(entry[0]) && typeof entry[1] === 'string',
  );
  return Object.fromEntries(
    known.map(([key, value]) => [key, key === 'severity' && !severities.includes(value) ? 'unknown' : value]),
  );
}

function listMetadata(harbor: Harbor, exchange: Exchange): void {
  exchange.json(200, harbor.authorizer.requireProject(exchange, 'metadata:list').metadata);
}

function showMetadata(harbor: Harbor, exchange: Exchange): void {
  const { metadata } = harbor.authorizer.requireProject(exchange, 'metadata:read');
  const key = exchange.parameter('key');
  exchange.json(200, metadata[key] === undefined ? {} : { [key]: metadata[key] });
}

async function addMetadata(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'metadata', {});
  const project = harbor.authorizer.requireProject(exchange, 'metadata:create');
  const [key = ''] = Object.keys(body);
  if (Object.keys(body).length !== 1) throw badRequest('only allow one key/value pair');
  if (!keys.includes(key)) throw badRequest(`invalid key: ${key}`);
  if (project.metadata[key] !== undefined) throw conflict(`metadata ${key} already exists for project ${project.id}`);
  save(harbor, project, { ...project.metadata, ...knownMetadata(body) });
  exchange.empty(200);
}

async function changeMetadata(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'metadata', {});
  const project = harbor.authorizer.requireProject(exchange, 'metadata:update');
  const key = exchange.parameter('key');
  const value = knownMetadata(body)[key];
  if (value === undefined) throw badRequest(`invalid value: ${String(body[key] ?? '')}`);
  save(harbor, project, { ...project.metadata, [key]: value });
  exchange.empty(200);
}

function deleteMetadata(harbor: Harbor, exchange: Exchange): void {
  const project = harbor.authorizer.requireProject(exchange, 'metadata:delete');
  const { [exchange.parameter('key')]: _removed, ...rest } = project.metadata;
  save(harbor, project, rest);
  exchange.empty(200);
}

const save = (harbor: Harbor, project: Project, metadata: Readonly<Record<string, string>>): void =>
  harbor.projects.setMetadata(project.id, metadata, timeOf(harbor));
