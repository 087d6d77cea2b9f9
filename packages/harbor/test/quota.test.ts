import { PilotError } from '@harbor-pilot/core';
import { checkQuota, explainQuota } from '@harbor-pilot/harbor';
import { describe, expect, it } from '@jest/globals';
import { type Answer, recordedHarbor, refusal, type Seen } from './recorded-harbor.ts';

interface Project {
  readonly limit: number;
  readonly used: number;
  readonly repositories?: number;
  readonly hasOurs?: boolean;
}

const project =
  ({ limit, used, repositories = 2, hasOurs = false }: Project) =>
  ({ line }: Seen): Answer => {
    if (line === 'GET /api/v2.0/projects/acme/summary') {
      return { json: { quota: { hard: { storage: limit }, used: { storage: used } }, repo_count: repositories } };
    }
    if (line === 'GET /api/v2.0/projects/acme/repositories/team%252Fapp' && hasOurs)
      return { json: { name: 'acme/team/app' } };
    return refusal(404, 'NOT_FOUND', 'not found');
  };

/** A push of 100 bytes, of which the repository lacks some. */
const push = (missingBytes: number) => ({
  project: 'acme',
  repository: 'team/app',
  totalBytes: 100,
  missingBytes: async () => missingBytes,
});
const uncounted = { ...push(0), missingBytes: () => Promise.reject(new Error('it was counted')) };

describe('the forecast of a push', () => {
  it.each([
    ['there is no limit', { limit: -1, used: 1000 }],
    ['all of it fits', { limit: 200, used: 100 }],
  ])('does not count what is missing when %s', async (_, state) => {
    await using recorded = await recordedHarbor(project(state));
    expect(await checkQuota(recorded.harbor, uncounted)).toEqual({ outcome: 'fits' });
    expect(recorded.seen).toHaveLength(1);
  });

  it('is good when what is missing fits', async () => {
    await using recorded = await recordedHarbor(project({ limit: 150, used: 100 }));
    expect(await checkQuota(recorded.harbor, push(50))).toEqual({ outcome: 'fits' });
  });

  it('is unclear when other repositories of the project may have enough of it', async () => {
    await using recorded = await recordedHarbor(project({ limit: 150, used: 100 }));
    expect(await checkQuota(recorded.harbor, push(51))).toEqual({
      outcome: 'unclear',
      leftBytes: 50,
      missingBytes: 51,
    });
  });

  it.each([
    ['more is missing than the limit', { limit: 90, used: 50 }, 91],
    ['the project is empty', { limit: 90, used: 0, repositories: 0 }, 91],
    ['no other repository is there', { limit: 150, used: 100, repositories: 1, hasOurs: true }, 51],
    ['the limit was lowered below what is used', { limit: 60, used: 100, repositories: 1, hasOurs: true }, 1],
  ])('is certain when %s', async (_, state, missing) => {
    await using recorded = await recordedHarbor(project(state));
    await expect(checkQuota(recorded.harbor, push(missing))).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
      exitCode: 7,
      message: expect.stringContaining(`uses ${state.used} of ${state.limit} bytes`),
      details: { usedBytes: state.used, limitBytes: state.limit },
    });
  });

  it('is unknown when the account may not read the quota', async () => {
    await using recorded = await recordedHarbor(() => refusal(403, 'FORBIDDEN', 'forbidden'));
    expect(await checkQuota(recorded.harbor, uncounted)).toMatchObject({
      outcome: 'unknown',
      reason: { code: 'AUTH_DENIED', hint: expect.stringContaining('project: read') },
    });
  });
});

describe('a quota that was exceeded', () => {
  const failure = new PilotError('QUOTA_EXCEEDED', 'cannot push acme/team/app: adding 97.7 KiB of storage resource');

  it('gets its figures', async () => {
    await using recorded = await recordedHarbor(project({ limit: 90, used: 50 }));
    expect(await explainQuota(recorded.harbor, 'acme', failure)).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      message: `${failure.message} (the project "acme" uses 50 of 90 bytes)`,
    });
  });

  it('stays as it is when the account may not read them', async () => {
    await using recorded = await recordedHarbor(() => refusal(403, 'FORBIDDEN', 'forbidden'));
    expect(await explainQuota(recorded.harbor, 'acme', failure)).toBe(failure);
  });
});
