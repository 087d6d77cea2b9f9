import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HarborUnderTest } from './harbor-client.ts';

let world: HarborUnderTest;
let projectId: number;

beforeAll(async () => {
  world = await HarborUnderTest.start();
  projectId = await world.project('acme');
});
afterAll(() => world.end());

const selector = (decoration: string, pattern: string) => ({ kind: 'doublestar', decoration, pattern });
const rule = {
  action: 'retain',
  template: 'latestPushedK',
  params: { latestPushedK: 3 },
  tag_selectors: [selector('matches', '**')],
  scope_selectors: { repository: [selector('repoMatches', '**')] },
};
const policy = (ref: number, cron = '') => ({
  algorithm: 'or',
  scope: { level: 'project', ref },
  trigger: { kind: 'Schedule', settings: { cron } },
  rules: [rule],
});

describe('a retention policy', () => {
  it('is made once for a project, which names it, and read as it was made', async () => {
    const made = await world.send('POST', '/retentions', policy(projectId, '0 0 0 * * *'));
    expect(made.status).toBe(201);
    const path = String(made.headers.location).replace('/api/v2.0', '');
    const id = path.split('/').at(-1);
    expect((await world.send('GET', '/projects/acme')).json.metadata.retention_id).toBe(id);
    const { json } = await world.send('GET', path);
    expect(json).toMatchObject({ ...policy(projectId, '0 0 0 * * *'), id: Number(id) });
    expect(new Date(json.trigger.settings.next_scheduled_time).getTime()).toBeGreaterThan(Date.now());
    const again = await world.send('POST', '/retentions', policy(projectId));
    expect([again.status, again.json.errors[0].message]).toEqual([
      400,
      `bad request: project ${projectId} already has retention policy ${id}`,
    ]);
  });

  it('is open to who may read it, and gone when it was deleted', async () => {
    const id = (await world.send('GET', '/projects/acme')).json.metadata.retention_id;
    const reader = await world.robot('acme', 'tag-retention:read');
    const puller = await world.robot('acme', 'repository:pull');
    const read = async (as?: typeof reader | null) =>
      (await world.send('GET', `/retentions/${id}`, undefined, as === undefined ? {} : { as })).status;
    expect([await read(reader), await read(puller), await read(null)]).toEqual([200, 403, 401]);
    expect((await world.send('PUT', `/retentions/${id}`, policy(projectId, 'nonsense'))).status).toBe(400);
    expect((await world.send('DELETE', `/retentions/${id}`)).status).toBe(200);
    expect(await read()).toBe(500);
    expect((await world.send('GET', '/projects/acme')).json.metadata.retention_id).toBeUndefined();
  });

  it('of a project that does not exist is refused', async () => {
    const as = await world.robot('acme', 'tag-retention:create');
    expect((await world.send('POST', '/retentions', policy(999))).status).toBe(400);
    expect((await world.send('POST', '/retentions', policy(999), { as })).status).toBe(403);
  });
});
