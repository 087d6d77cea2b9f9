import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HarborUnderTest, part } from './harbor-client.ts';

let world: HarborUnderTest;

beforeAll(async () => {
  world = await HarborUnderTest.start();
});
afterAll(() => world.end());

const usedBytes = async (project: string) =>
  (await world.send('GET', `/projects/${project}/summary`)).json.quota.used.storage;

describe('a storage quota', () => {
  it('counts every blob once, and gives space back', async () => {
    await world.project('counted');
    const manifest = await world.pushImage('counted/app', 'v1', 'same');
    const once = await usedBytes('counted');
    expect(once).toBeGreaterThan(manifest.size);
    await world.pushImage('counted/other', 'v1', 'same');
    expect(await usedBytes('counted')).toBe(once);
    await world.send('DELETE', '/projects/counted/repositories/app');
    expect(await usedBytes('counted')).toBe(once);
    await world.send('DELETE', '/projects/counted/repositories/other');
    expect(await usedBytes('counted')).toBe(0);
  });

  it('refuses what does not fit, with the amounts, and keeps nothing of it', async () => {
    await world.project('small', {}, { storage_limit: 60_000 });
    const blob = part(Buffer.alloc(100_000, 'x'));
    const put = await world.upload('small/app', blob);
    expect(put.status).toBe(403);
    expect(put.json.errors[0]).toEqual({
      code: 'DENIED',
      message:
        'adding 97.7 KiB of storage resource, which when updated to current usage of 0 B will exceed the configured upper limit of 58.6 KiB.',
    });
    expect((await world.send('HEAD', `/v2/small/app/blobs/${blob.digest}`)).status).toBe(404);
    expect(await usedBytes('small')).toBe(0);
  });

  it('counts for nothing where the server does not count', async () => {
    await world.send('PUT', '/configurations', { quota_per_project_enable: false });
    expect((await world.upload('small/app', part(Buffer.alloc(100_000, 'y')))).status).toBe(201);
    await world.send('PUT', '/configurations', { quota_per_project_enable: true });
  });
});
