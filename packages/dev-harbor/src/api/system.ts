import { statfsSync } from 'node:fs';
import { type Harbor, timeOf } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import type { Route } from '../server/router.ts';

/** What the server says about itself. */
export const systemRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/ping', handle: (_harbor, exchange) => exchange.json(200, 'Pong') },
  { method: 'GET', pattern: '/health', handle: showHealth },
  { method: 'GET', pattern: '/systeminfo', handle: showInformation },
  {
    method: 'GET',
    pattern: '/systeminfo/getcert',
    handle: showCertificate,
    produces: ['application/octet-stream', 'application/json'],
  },
  { method: 'GET', pattern: '/systeminfo/volumes', handle: showVolumes },
  { method: 'GET', pattern: '/statistics', handle: showStatistics },
];

function showHealth(_harbor: Harbor, exchange: Exchange): void {
  const names = ['core', 'database', 'jobservice', 'portal', 'redis', 'registry', 'registryctl'];
  exchange.json(200, { status: 'healthy', components: names.map((name) => ({ name, status: 'healthy' })) });
}

function showInformation(harbor: Harbor, exchange: Exchange): void {
  const { auth_mode, banner_message, oidc_name, primary_auth_mode, self_registration } = harbor.configuration.values;
  const { isKnownToAll, name } = harbor.version;
  const isKnown = exchange.principal.kind !== 'anonymous';
  exchange.json(200, {
    auth_mode,
    banner_message,
    oidc_provider_name: oidc_name,
    primary_auth_mode,
    self_registration,
    ...(isKnown || isKnownToAll ? { harbor_version: name } : {}),
    ...(isKnown ? detailsOf(harbor) : {}),
  });
}

function detailsOf(harbor: Harbor) {
  const { values } = harbor.configuration;
  return {
    current_time: timeOf(harbor),
    external_url: harbor.externalUrl,
    has_ca_root: true,
    notification_enable: values.notification_enable,
    project_creation_restriction: values.project_creation_restriction,
    read_only: values.read_only,
    registry_storage_provider_name: 'filesystem',
    registry_url: new URL(harbor.externalUrl).host,
  };
}

/** The authority's certificate; like Harbor, an empty object to those who ask for JSON. */
function showCertificate(harbor: Harbor, exchange: Exchange): void {
  const wantsJson = exchange.header('accept')?.startsWith('application/json') ?? false;
  const headers = { 'Content-Disposition': 'attachment; filename=ca.crt' };
  if (wantsJson) exchange.json(200, {}, headers);
  else exchange.send(200, harbor.caCertificate, { ...headers, 'Content-Type': 'application/octet-stream' });
}

function showVolumes(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSystem(exchange, 'system-volumes:read');
  const { bsize, blocks, bavail } = statfsSync(harbor.blobFiles.directory);
  exchange.json(200, { storage: [{ total: bsize * blocks, free: bsize * bavail }] });
}

function showStatistics(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSignedIn(exchange);
  const seen = harbor.projects.all().filter((project) => harbor.authorizer.sees(exchange.principal, project));
  const open = seen.filter(({ metadata }) => metadata.public === 'true');
  const closed = seen.filter(({ metadata }) => metadata.public !== 'true');
  const count = (projects: typeof seen) => projects.reduce((sum, { id }) => sum + harbor.repositories.count(id), 0);
  exchange.json(200, {
    private_project_count: closed.length,
    private_repo_count: count(closed),
    public_project_count: open.length,
    public_repo_count: count(open),
    total_project_count: seen.length,
    total_repo_count: count(seen),
    total_storage_consumption: seen.reduce((sum, { id }) => sum + harbor.quotas.usedBytes(id), 0),
  });
}
