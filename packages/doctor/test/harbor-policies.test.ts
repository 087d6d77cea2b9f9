import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PilotError } from '@harbor-pilot/core';
import type { ProjectDetails } from '@harbor-pilot/harbor';
import type { Credentials } from '@harbor-pilot/registry';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failures, HarborWorld } from './harbor-world.ts';

let world: HarborWorld;
let advisories: string;

beforeAll(async () => {
  advisories = await mkdtemp(join(tmpdir(), 'advisories-'));
  await writeFile(join(advisories, 'one.json'), '{}');
  world = await HarborWorld.start({ advisoriesDirectory: advisories });
  await world.project('acme');
  await world.push('acme/app', 'v1');
}, 30_000);
afterAll(async () => {
  await world?.end();
  await rm(advisories, { recursive: true, force: true });
});

const details = (more: Partial<ProjectDetails>): ProjectDetails => ({
  id: 1,
  name: 'acme',
  isPublic: false,
  isProxyCache: false,
  isScannedOnPush: false,
  signatureTools: [],
  ...more,
});
const inDays = (days: number): Date => new Date(Date.now() + days * 86_400_000);

describe('the server', () => {
  it('names components that are not healthy, as a failure where nothing goes without them', async () => {
    const unhealthy = (name: string) => async () => [{ name, reason: 'connection refused' }];
    const scans = await world.examine({ image: 'acme/app', instead: { unhealthyComponents: unhealthy('jobservice') } });
    expect(scans.get('harbor-health')).toMatchObject({
      status: 'warning',
      seen: 'not healthy: jobservice',
      facts: ['jobservice: connection refused'],
    });
    const all = await world.examine({ image: 'acme/app', instead: { unhealthyComponents: unhealthy('database') } });
    expect(failures(all)).toEqual(['harbor-health HARBOR_UNAVAILABLE']);
  });

  it('that is no Harbor ends the examination of Harbor', async () => {
    const systemInformation = async () => {
      throw new PilotError('ANSWER_UNEXPECTED', 'it answered 404', { hint: 'Check that the host is a Harbor.' });
    };
    const results = await world.examine({ image: 'acme/app', instead: { systemInformation } });
    expect(failures(results)).toEqual(['harbor-api ANSWER_UNEXPECTED']);
    expect(results.get('harbor-api')?.advice).toContain('A registry of another kind');
    expect(results.get('content-push')?.status).toBe('skipped');
  });

  it('warns when its storage is nearly full', async () => {
    const volumes = async () => [{ totalBytes: 100e9, freeBytes: 2e9 }];
    const results = await world.examine({ image: 'acme/app', instead: { volumes } });
    expect(results.get('storage')).toMatchObject({ status: 'warning', seen: '2.0 GB of 100 GB are free' });
  });

  it('refuses pushes to a project that caches another registry', async () => {
    const findProject = async () => details({ isProxyCache: true });
    expect(failures(await world.examine({ image: 'acme/app', instead: { findProject } }))[0]).toBe(
      'project PROJECT_IS_PROXY',
    );
  });
});

describe('the scanner', () => {
  it.each([
    ['unhealthy', 'does not answer Harbor'],
    ['absent', 'the project has no scanner'],
  ] as const)('that is %s is named', async (state, seen) => {
    world.harbor.control.setScanner(state);
    const results = await world.examine({ image: 'acme/app' });
    world.harbor.control.setScanner('healthy');
    expect(failures(results)).toEqual(['scanner SCAN_NO_SCANNER']);
    expect(results.get('scanner')?.seen).toContain(seen);
    expect(results.get('scanner-data')?.status).toBe('skipped');
  });

  it('whose data is older than a week is warned of', async () => {
    const fresh = await world.examine({ image: 'acme/app' });
    expect([fresh.get('scanner')?.status, fresh.get('scanner-data')?.status]).toEqual(['ok', 'ok']);
    await utimes(join(advisories, 'one.json'), inDays(-30), inDays(-30));
    world.harbor.control.setScanner('healthy');
    const old = await world.examine({ image: 'acme/app' });
    expect(failures(old)).toEqual([]);
    expect(old.get('scanner-data')).toMatchObject({ status: 'warning', seen: expect.stringContaining('30 days old') });
  });
});

describe('rules about tags', () => {
  const selector = (decoration: string, pattern: string) => ({ kind: 'doublestar', decoration, pattern });
  const about = (tags: string) => ({
    tag_selectors: [selector('matches', tags)],
    scope_selectors: { repository: [selector('repoMatches', 'app')] },
  });
  const immutable = (tags: string) =>
    world.send('POST', '/projects/fixed/immutabletagrules', {
      action: 'immutable',
      template: 'immutable_template',
      ...about(tags),
    });

  beforeAll(async () => {
    await world.project('fixed');
    await world.push('fixed/app', 'v1');
  });

  it('are compared with the tag of the release, and with what a release needs besides', async () => {
    expect((await world.examine({ image: 'fixed/app:v1' })).get('immutability')?.seen).toBe('there is no rule');
    await immutable('v*');
    const look = async (image: string) => (await world.examine({ image })).get('immutability');
    expect(await look('fixed/app:v1')).toMatchObject({
      status: 'warning',
      seen: 'the tag v1 is there, and immutable: it takes no other image',
    });
    expect(await look('fixed/app:v2')).toMatchObject({
      status: 'ok',
      seen: 'the tag v2 is immutable once it is pushed',
    });
    expect(await look('fixed/app:latest')).toMatchObject({ status: 'ok', seen: '1 rule, none about the tag latest' });
    expect(await look('fixed')).toMatchObject({ status: 'skipped', seen: '1 rule, and no repository was named' });
    expect(await look('fixed/other:v1')).toMatchObject({ status: 'ok', seen: '1 rule, none about the tag v1' });
    await immutable('**');
    expect(await look('fixed/app:v2')).toMatchObject({
      status: 'warning',
      facts: [expect.stringContaining('pilot-'), expect.stringContaining('sha256-')],
      advice: expect.stringContaining('Narrow the rule'),
    });
  });

  it('of retention are told when they may delete the release', async () => {
    const ref = await world.project('fixed');
    const rule = (template: string, tags: string, params = {}) => ({
      action: 'retain',
      template,
      params,
      ...about(tags),
    });
    const policy = (...rules: object[]) => ({
      algorithm: 'or',
      scope: { level: 'project', ref },
      trigger: { kind: 'Schedule', settings: { cron: '0 0 0 * * *' } },
      rules,
    });
    const latest = rule('latestPushedK', 'v*', { latestPushedK: 3 });
    const made = (await world.send('POST', '/retentions', policy(latest))).replace('/api/v2.0', '');
    const look = async (image: string) => (await world.examine({ image })).get('retention');
    expect(await look('fixed/app:v1')).toMatchObject({
      status: 'warning',
      seen: 'the tag v1 is kept only as one of the 3 pushed last (tags v*)',
      facts: [expect.any(String), 'the policy runs at "0 0 0 * * *"'],
    });
    expect(await look('fixed/app:latest')).toMatchObject({
      status: 'warning',
      seen: 'no rule keeps the tag latest: the next run deletes it',
    });
    expect((await look('fixed/other:v1'))?.status).toBe('ok');
    await world.send('PUT', made, policy(latest, rule('always', 'v*')));
    expect(await look('fixed/app:v1')).toMatchObject({ status: 'ok', seen: 'the tag v1 is always kept' });
  });
});

describe('the policies of pulls', () => {
  let cluster: Credentials;
  const set = (metadata: Readonly<Record<string, string>>, cve_allowlist = {}) =>
    world.send('PUT', '/projects/acme', { metadata, cve_allowlist });

  beforeAll(async () => {
    cluster = await world.robot('acme', 'repository:pull');
  });

  it('let the account of the cluster pull while they are off', async () => {
    const results = await world.examine({ image: 'acme/app', deploy: cluster });
    expect(failures(results)).toEqual([]);
    expect(results.get('content-pull')?.seen).toMatch(/pulls v1: sha256:/);
    const none = await world.examine({ image: 'acme/new', deploy: cluster });
    expect(none.get('content-pull')).toMatchObject({
      status: 'ok',
      seen: expect.stringContaining('not in acme/new yet'),
    });
  });

  it('are told with what they refuse, as the pull of the cluster shows', async () => {
    await set({ prevent_vul: 'true', severity: 'high' });
    const vulnerable = await world.examine({ image: 'acme/app:v1', deploy: cluster });
    expect(failures(vulnerable)).toEqual(['content-pull PULL_REFUSED']);
    expect(vulnerable.get('content-pull')?.seen).toContain('without vulnerability scanning');
    expect(vulnerable.get('vulnerability-policy')).toMatchObject({
      status: 'ok',
      seen: expect.stringContaining('high or worse'),
    });
    await set({ prevent_vul: 'false', enable_content_trust_cosign: 'true' });
    const unsigned = await world.examine({ image: 'acme/app:v1', deploy: cluster });
    expect(failures(unsigned)).toEqual(['content-pull PULL_REFUSED']);
    expect(unsigned.get('content-pull')?.seen).toContain('not signed by cosign');
    expect(unsigned.get('content-trust')?.status).toBe('ok');
    await set({ enable_content_trust_cosign: 'false', enable_content_trust: 'true' });
    expect((await world.examine({ image: 'acme/app' })).get('content-trust')?.status).toBe('warning');
    await set({ enable_content_trust: 'false' });
  });

  it.each([
    [-3, 'warning', 'expired on'],
    [3, 'warning', 'expires on'],
    [100, 'ok', ''],
  ])('have exceptions that end in %i days', async (days, status, text) => {
    const allowlist = { ids: ['CVE-2099-1'], expiresAt: inDays(days) };
    const findProject = async () => details({ refusedSeverity: 'none', allowlist });
    const policy = (await world.examine({ image: 'acme/app', instead: { findProject } })).get('vulnerability-policy');
    expect(policy?.status).toBe(status);
    expect(policy?.seen).toContain(text);
  });

  it('are not the reason when the account of the cluster is of another project, or refused', async () => {
    await world.project('elsewhere');
    const stranger = await world.robot('elsewhere', 'repository:pull');
    expect(failures(await world.examine({ image: 'acme/app', deploy: stranger }))).toEqual([
      'content-pull AUTH_DENIED',
    ]);
    const wrong = { ...cluster, password: 'Wrong12345' };
    expect(failures(await world.examine({ image: 'acme/app', deploy: wrong }))).toEqual(['content-pull ROBOT_REFUSED']);
  });
});
