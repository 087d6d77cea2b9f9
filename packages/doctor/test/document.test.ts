import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterClient } from '@harbor-pilot/cluster';
import { systemClock } from '@harbor-pilot/core';
import { areas, clusterChecks, connectionChecks, type DoctorContext, harborChecks } from '@harbor-pilot/doctor';
import { createHarbor } from '@harbor-pilot/harbor';
import { createHttp } from '@harbor-pilot/http';
import { createRegistry } from '@harbor-pilot/registry';
import { describe, expect, it } from '@jest/globals';

const http = createHttp();
const client = { http, host: 'harbor.example' };
const registry = createRegistry(client);

/** Names everything, so that every check there is is made. */
const context: DoctorContext = {
  host: 'harbor.example',
  project: 'PROJECT',
  repository: 'PROJECT/app',
  tagOrDigest: 'v1',
  platforms: ['linux/amd64'],
  trust: {},
  environment: {},
  credentials: { username: 'me', password: '' },
  http,
  registry,
  harbor: createHarbor({ ...client, credentials: { username: 'me', password: '' } }),
  deploy: { username: 'nodes', registry },
  cluster: {
    client: {} as ClusterClient,
    namespace: 'default',
    pullSecret: 'harbor',
  },
  mayPush: true,
  clock: systemClock,
};
const checks = [...connectionChecks(context), ...harborChecks(context), ...clusterChecks(context)];

describe('the checks of the doctor', () => {
  it('are in the order of the way, each with an id of its own, and need only what comes before', () => {
    const ids = checks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z]+(-[a-z]+)*$/.test(id))).toEqual([]);
    const places = checks.map(({ area }) => areas.indexOf(area));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    const early = checks.flatMap(({ id, needs = [] }, index) =>
      needs.filter((need) => !ids.slice(0, index).includes(need)).map((need) => `${id} needs ${need}`),
    );
    expect(early).toEqual([]);
  });

  it('are all in docs/doctor.md, in their order', async () => {
    const page = await readFile(join(import.meta.dirname, '../../../docs/doctor.md'), 'utf8');
    const rows = checks.map(({ id, area, title, matters }) => `| ${area} | \`${id}\` | ${title} | ${matters} |`);
    const table = page.split('\n').filter((line) => /^\| [a-z]+ \| `/.test(line));
    expect(table).toEqual(rows);
  });
});
