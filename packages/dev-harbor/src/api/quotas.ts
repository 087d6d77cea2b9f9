import { asObject } from '@harbor-pilot/core';
import { type Harbor, timeOf } from '../harbor.ts';
import { limitRefusal } from '../policy/quota.ts';
import { readBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { answerList, type Keys } from '../server/listing.ts';
import { textQuery } from '../server/parameters.ts';
import { badRequest, invalid, notFound } from '../server/refusal.ts';
import type { Route } from '../server/router.ts';
import type { Quota } from '../store/quotas.ts';
import { zeroTime } from '../store/times.ts';
import { idParameter } from './id-parameter.ts';

/** Storage quotas. */
export const quotaRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/quotas', handle: listQuotas, lists: true },
  { method: 'GET', pattern: '/quotas/{id}', handle: showQuota },
  { method: 'PUT', pattern: '/quotas/{id}', handle: changeQuota },
];

/** Quotas are of projects only, and `q` is not for them. */
function listQuotas(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSystem(exchange, 'quota:list');
  const [reference = 'project', id] = ['reference', 'reference_id'].map((name) => textQuery(exchange, name));
  const isWanted = ({ projectId }: Quota) => reference === 'project' && (id === undefined || String(projectId) === id);
  const keys: Keys<Quota> = {
    'hard.storage': ({ limitBytes }) => (limitBytes === -1 ? Number.POSITIVE_INFINITY : limitBytes),
    'used.storage': ({ projectId }) => harbor.quotas.usedBytes(projectId),
    creation_time: ({ createdAt }) => createdAt,
    update_time: ({ updatedAt }) => updatedAt,
  };
  const items = harbor.quotas.all().filter(isWanted);
  answerList(exchange, { items, keys, view: (quota) => viewQuota(harbor, quota) }, new Map());
}

function showQuota(harbor: Harbor, exchange: Exchange): void {
  // Only lists tell when a quota was changed.
  exchange.json(200, { ...viewQuota(harbor, requireQuota(harbor, exchange, 'quota:read')), update_time: zeroTime });
}

async function changeQuota(harbor: Harbor, exchange: Exchange): Promise<void> {
  const id = idParameter(exchange, 'id');
  const body = await readBody(exchange, 'hard', { hard: 'object' });
  const hard = Object.entries(asObject(body.hard) ?? {});
  const odd = hard.find(([, value]) => !Number.isSafeInteger(value));
  if (odd !== undefined) throw invalid(`parsing hard body from "" failed, because ${odd[0]} is no integer`);
  harbor.authorizer.requireSystem(exchange, 'quota:update');
  if (hard.length === 0) throw badRequest('hard required in body');
  requireQuota(harbor, exchange, 'quota:update');
  for (const [resource, value] of hard) {
    if (resource !== 'storage') throw badRequest(`resource ${resource} not support`);
    const problem = limitRefusal(Number(value));
    if (problem !== undefined) throw badRequest(problem);
  }
  for (const [, value] of hard) harbor.quotas.setLimit(id, Number(value), timeOf(harbor));
  exchange.empty(200);
}

function requireQuota(harbor: Harbor, exchange: Exchange, permission: string): Quota {
  const id = idParameter(exchange, 'id');
  harbor.authorizer.requireSystem(exchange, permission);
  const quota = harbor.quotas.byId(id);
  if (quota === undefined) throw notFound(`quota ${id} not found`);
  return quota;
}

function viewQuota(harbor: Harbor, quota: Quota) {
  return {
    creation_time: quota.createdAt,
    hard: { storage: quota.limitBytes },
    id: quota.id,
    ref: { id: quota.projectId, name: harbor.projects.byId(quota.projectId)?.name ?? '', owner_name: '' },
    update_time: quota.updatedAt,
    used: { storage: harbor.quotas.usedBytes(quota.projectId) },
  };
}
