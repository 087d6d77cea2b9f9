import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import type { Project } from '../store/projects.ts';
import { deleteBlob, readBlob } from './blobs.ts';
import { listCatalog, listTags } from './catalog.ts';
import { registryHeaders } from './faults.ts';
import { admit } from './gate.ts';
import { deleteManifest } from './manifest-delete.ts';
import { pullManifest } from './manifest-pull.ts';
import { pushManifest } from './manifest-push.ts';
import { listReferrers } from './referrers.ts';
import { parseTarget, type Target } from './target.ts';
import { appendToUpload, cancelUpload, finishUpload, showUpload, startUpload } from './uploads.ts';

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
  if (target?.kind === 'base') exchange.json(200, {}, registryHeaders);
  else if (target?.kind === 'catalog') listCatalog(harbor, exchange);
  else if (target !== undefined && project !== undefined) await serveRepository(harbor, exchange, project, target);
}

type RepositoryTarget = Exclude<Target, { kind: 'base' | 'catalog' }>;

async function serveRepository(
  harbor: Harbor,
  exchange: Exchange,
  project: Project,
  target: RepositoryTarget,
): Promise<void> {
  const handlers = handlersOf(harbor, exchange, project, target);
  const handle = handlers[exchange.method];
  if (handle !== undefined) return handle();
  const allowed = Object.keys(handlers).sort().join(', ');
  exchange.text(405, 'Method not allowed', { ...registryHeaders, Allow: allowed });
}

function handlersOf(
  harbor: Harbor,
  exchange: Exchange,
  project: Project,
  target: RepositoryTarget,
): Readonly<Record<string, () => void | Promise<void>>> {
  switch (target.kind) {
    case 'tags':
      return { GET: () => listTags(harbor, exchange, target.repository) };
    case 'referrers':
      return { GET: () => listReferrers(harbor, exchange, target.repository, target.reference) };
    case 'manifest': {
      const pull = () => pullManifest(harbor, exchange, project, target);
      const push = () => pushManifest(harbor, exchange, project, target);
      return { GET: pull, HEAD: pull, PUT: push, DELETE: () => deleteManifest(harbor, exchange, project, target) };
    }
    case 'blob': {
      const read = () => readBlob(harbor, exchange, target);
      return { GET: read, HEAD: read, DELETE: () => deleteBlob(harbor, exchange, target) };
    }
    case 'uploads':
      return { POST: () => startUpload(harbor, exchange, project, target.repository) };
    case 'upload':
      return {
        GET: () => showUpload(harbor, exchange, target),
        PATCH: () => appendToUpload(harbor, exchange, target),
        PUT: () => finishUpload(harbor, exchange, project, target),
        DELETE: () => cancelUpload(harbor, exchange, target),
      };
  }
}
