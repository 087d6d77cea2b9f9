import { asNumber, asObject } from '@harbor-pilot/core';
import { type Harbor, timeOf } from '../harbor.ts';
import { readBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { answerList, type Keys } from '../server/listing.ts';
import { badRequest, notFound } from '../server/refusal.ts';
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

function listQuotas(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSystem(exchange, 'quota:list');
  const wanted = exchange.query.get('reference_id');
  const items = harbor.quotas.all().filter(({ projectId }) => wanted === null || projectId === Number(wanted));
  const keys: Keys<Quota> = {
    'hard.storage': ({ limitBytes }) => (limitBytes === -1 ? Number.POSITIVE_INFINITY : limitBytes),
    'used.storage': ({ projectId }) => harbor.quotas.usedBytes(projectId),
    creation_time: ({ createdAt }) => createdAt,
  };
  answerList(exchange, { items, keys, view: (quota) => viewQuota(harbor, quota) });
}

function showQuota(harbor: Harbor, exchange: Exchange): void {
  // Only lists tell when a quota was changed.
  exchange.json(200, { ...viewQuota(harbor, requireQuota(harbor, exchange, 'quota:read')), update_time: zeroTime });
}

async function changeQuota(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'hard', { hard: 'object' });
  const quota = requireQuota(harbor, exchange, 'quota:update');
  const hard = asObject(body.hard) ?? {};
  const unknown = Object.keys(hard).find((resource) => resource !== 'storage');
  if (unknown !== undefined) throw badRequest(`resource ${unknown} not support`);
  const limitBytes = asNumber(hard.storage) ?? 0;
  if (limitBytes === 0 || limitBytes < -1)
    throw badRequest(`invalid non-positive value for quota limit, value=${limitBytes}`);
  harbor.quotas.setLimit(quota.id, limitBytes, timeOf(harbor));
  exchange.empty(200);
}

function requireQuota(harbor: Harbor, exchange: Exchange, permission: string): Quota {
  harbor.authorizer.requireSystem(exchange, permission);
  const id = idParameter(exchange, 'id');
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
