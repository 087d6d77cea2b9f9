import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import { escapeHtml } from '../server/html.ts';
import type { Project } from '../store/projects.ts';
import { deleteBlob, readBlob } from './blobs.ts';
import { listCatalog, listTags } from './catalog.ts';
import { answerNothing, digestInvalid, registryFault, registryHeaders } from './faults.ts';
import { admit } from './gate.ts';
import { deleteManifest } from './manifest-delete.ts';
import { pullManifest } from './manifest-pull.ts';
import { pushManifest } from './manifest-push.ts';
import { listReferrers } from './referrers.ts';
import { digestProblem, parseTarget, type Target } from './target.ts';
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
    return move(exchange, '/v2/', { Location: `${exchange.origin}/v2/` });
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
      // Harbor lists tags with a slash at the end as well; everything else is the registry's.
      if (exchange.method !== 'GET' && exchange.path.endsWith('/')) {
        return moveInRegistry(exchange, exchange.path.slice(0, -1));
      }
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
      if (exchange.method !== 'HEAD') requireDigest(target.digest);
      const read = () => readBlob(harbor, exchange, target);
      return serve(exchange, { GET: read, HEAD: read, DELETE: () => deleteBlob(harbor, exchange, target) });
    }
    case 'uploads':
      return serveUploads(harbor, exchange, project, repository);
    case 'upload':
      return serveUpload(harbor, exchange, project, target);
  }
}

/** @throws Refusal 400. */
function requireDigest(digest: string): void {
  if (digestProblem(digest) !== undefined) throw registryFault(400, { ...digestInvalid, detail: {} });
}

function moveInRegistry(exchange: Exchange, path: string): void {
  const location = `${path}${exchange.search}`;
  move(exchange, location, { ...registryHeaders, Location: location });
}

/** Only who reads is told in words as well. */
function move(exchange: Exchange, shown: string, headers: Readonly<Record<string, string>>): void {
  const text = `<a href="${escapeHtml(shown)}">Moved Permanently</a>.\n\n`;
  if (exchange.isWrite) exchange.empty(301, headers);
  else exchange.send(301, text, { ...headers, 'Content-Type': 'text/html; charset=utf-8' });
}

/** Neither the registry nor Harbor's database takes longer names; the former says so where it is asked first. */
function requireShortName({ kind, repository }: RepositoryTarget): void {
  if (repository.length <= nameLimit) return;
  if (kind === 'blob' || kind === 'uploads' || kind === 'upload') {
    throw registryFault(500, { code: 'UNKNOWN', message: 'unknown error', detail: { Name: repository, Reason: {} } });
  }
}

/** Harbor cannot hand on to the registry a body that its web framework has read. */
const refuseForm = (exchange: Exchange): void => exchange.empty(502);

async function serveUploads(harbor: Harbor, exchange: Exchange, project: Project, repository: string): Promise<void> {
  if (!exchange.path.endsWith('/')) return moveInRegistry(exchange, `${exchange.path}/`);
  if (exchange.method !== 'POST') throw uploadUnknown();
  if (exchange.bringsForm) return refuseForm(exchange);
  await startUpload(harbor, exchange, project, repository);
}

async function serveUpload(
  harbor: Harbor,
  exchange: Exchange,
  project: Project,
  target: RepositoryTarget & { kind: 'upload' },
): Promise<void> {
  if (exchange.bringsForm) return refuseForm(exchange);
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
