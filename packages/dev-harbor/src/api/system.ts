import { statfsSync } from 'node:fs';
import { type Harbor, timeOf } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import type { Route } from '../server/router.ts';
import type { Project } from '../store/projects.ts';

/** What the server says about itself. */
export const systemRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/ping', handle: answerPing, produces: ['text/plain', 'application/json'] },
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

function answerPing(_harbor: Harbor, exchange: Exchange): void {
  if (exchange.answerType === 'application/json') exchange.json(200, 'Pong');
  else exchange.send(200, 'Pong', { 'Content-Type': exchange.answerType });
}

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
  const headers = { 'Content-Disposition': 'attachment; filename=ca.crt' };
  if (exchange.answerType === 'application/json') exchange.json(200, {}, headers);
  else exchange.send(200, harbor.caCertificate, { ...headers, 'Content-Type': 'application/octet-stream' });
}

function showVolumes(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSystem(exchange, 'system-volumes:read');
  const { bsize, blocks, bavail } = statfsSync(harbor.blobFiles.directory);
  exchange.json(200, { storage: [{ total: bsize * blocks, free: bsize * bavail }] });
}

/** Totals are for administrators; others count their own private projects, and all public ones. */
function showStatistics(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSignedIn(exchange);
  const { principal } = exchange;
  const isAdministrator = harbor.authorizer.isAdministrator(principal);
  const all = harbor.projects.all();
  const open = all.filter(({ metadata }) => metadata.public === 'true');
  const isOwn = ({ id }: Project) =>
    isAdministrator || (principal.kind === 'user' && harbor.projects.roleOf(id, principal.user.id) !== undefined);
  const closed = all.filter((project) => project.metadata.public !== 'true' && isOwn(project));
  const count = (projects: readonly Project[]) =>
    projects.reduce((sum, { id }) => sum + harbor.repositories.count(id), 0);
  exchange.json(200, {
    private_project_count: closed.length,
    private_repo_count: count(closed),
    public_project_count: open.length,
    public_repo_count: count(open),
    total_project_count: isAdministrator ? all.length : 0,
    total_repo_count: isAdministrator ? count(all) : 0,
    total_storage_consumption: isAdministrator ? harbor.quotas.totalBytes() : 0,
  });
}
