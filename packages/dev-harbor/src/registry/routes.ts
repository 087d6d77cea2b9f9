import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import type { Project } from '../store/projects.ts';
import { deleteBlob, readBlob } from './blobs.ts';
import { listCatalog, listTags } from './catalog.ts';
import { answerNothing, registryFault, registryHeaders } from './faults.ts';
import { admit } from './gate.ts';
import { deleteManifest } from './manifest-delete.ts';
import { pullManifest } from './manifest-pull.ts';
import { pushManifest } from './manifest-push.ts';
import { listReferrers } from './referrers.ts';
import { parseTarget, type Target } from './target.ts';
import {
  appendToUpload,
  cancelUpload,
  finishUpload,
  showUpload,
  startUpload,
  startUploadAgain,
  uploadUnknown,
} from './uploads.ts';

/** Answers a request below /v2. */
export async function serveRegistry(harbor: Harbor, exchange: Exchange): Promise<void> {
  if (exchange.path === '/v2') {
    exchange.send(301, '<a href="/v2/">Moved Permanently</a>.\n\n', {
      'Content-Type': 'text/html; charset=utf-8',
      Location: `${exchange.origin}/v2/`,
    });
    return;
  }
  const target = parseTarget(exchange.path);
  const project = admit(harbor, exchange, target);
  // The registry's base path takes every method, and has no line end.
  if (target?.kind === 'base') exchange.send(200, '{}', { ...registryHeaders, 'Content-Type': jsonType });
  else if (target?.kind === 'catalog') await serve(exchange, { GET: () => listCatalog(harbor, exchange) });
  else if (target !== undefined && project !== undefined) await serveRepository(harbor, exchange, project, target);
}

type RepositoryTarget = Exclude<Target, { kind: 'base' | 'catalog' }>;
type Handlers = Readonly<Record<string, () => void | Promise<void>>>;

const nameLimit = 255;
const jsonType = 'application/json; charset=utf-8';

async function serve(exchange: Exchange, handlers: Handlers): Promise<void> {
  const handle = handlers[exchange.method];
  if (handle !== undefined) return handle();
  const allowed = Object.keys(handlers).sort().join(', ');
  if (exchange.method === 'OPTIONS') return exchange.empty(200, { ...registryHeaders, Allow: allowed });
  exchange.text(405, 'Method not allowed\n', { ...registryHeaders, Allow: allowed });
}

async function serveRepository(
  harbor: Harbor,
  exchange: Exchange,
  project: Project,
  target: RepositoryTarget,
): Promise<void> {
  const { repository } = target;
  requireShortName(target);
  switch (target.kind) {
    case 'nothing':
      return answerNothing(exchange);
    case 'tags':
      return serve(exchange, { GET: () => listTags(harbor, exchange, repository) });
    case 'referrers':
      // Referrers are Harbor's alone: the registry behind it has no such path.
      if (exchange.method !== 'GET') return answerNothing(exchange);
      return listReferrers(harbor, exchange, repository, target.reference);
    case 'manifest': {
      const pull = () => pullManifest(harbor, exchange, project, target);
      const push = () => pushManifest(harbor, exchange, project, target);
      const remove = () => deleteManifest(harbor, exchange, project, target);
      return serve(exchange, { GET: pull, HEAD: pull, PUT: push, DELETE: remove });
    }
    case 'blob': {
      const read = () => readBlob(harbor, exchange, target);
      return serve(exchange, { GET: read, HEAD: read, DELETE: () => deleteBlob(harbor, exchange, target) });
    }
    case 'uploads':
      return serveUploads(harbor, exchange, project, repository);
    case 'upload':
      return serveUpload(harbor, exchange, project, target);
  }
}

/** Neither the registry nor Harbor's database takes longer names; the former says so where it is asked first. */
function requireShortName({ kind, repository }: RepositoryTarget): void {
  if (repository.length <= nameLimit) return;
  if (kind === 'blob' || kind === 'uploads' || kind === 'upload') {
    throw registryFault(500, { code: 'UNKNOWN', message: 'unknown error', detail: { Name: repository, Reason: {} } });
  }
}

async function serveUploads(harbor: Harbor, exchange: Exchange, project: Project, repository: string): Promise<void> {
  if (!exchange.path.endsWith('/')) {
    return exchange.empty(301, { ...registryHeaders, Location: `${exchange.path}/${exchange.search}` });
  }
  if (exchange.method !== 'POST') throw uploadUnknown();
  await startUpload(harbor, exchange, project, repository);
}

async function serveUpload(
  harbor: Harbor,
  exchange: Exchange,
  project: Project,
  target: RepositoryTarget & { kind: 'upload' },
): Promise<void> {
  const show = () => showUpload(harbor, exchange, target);
  await serve(exchange, {
    GET: show,
    HEAD: show,
    PATCH: () => appendToUpload(harbor, exchange, target),
    PUT: () => finishUpload(harbor, exchange, project, target),
    DELETE: () => cancelUpload(harbor, exchange, target),
    POST: () => startUploadAgain(harbor, exchange, project, target),
  });
}
