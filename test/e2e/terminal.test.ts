import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { digestOfTag } from './harbor-state.ts';
import { onTerminal } from './on-terminal.ts';
import { assertSuccess } from './run-process.ts';
import { startWorld, type World } from './world.ts';

describeWithPeers('on a terminal', ['git'], () => {
  let world: World;
  let user: string;
  beforeAll(async () => {
    world = await startWorld();
    user = world.accounts.releaser.username;
  }, 180_000);
  afterAll(() => world?.close());

  it('releases', async () => {
    const workspace = await world.workspace('release');
    const run = await onTerminal(workspace, `npx harbor-pilot release --username '${user}' --tags 1.0.0,latest`);
    assertSuccess(run);
    const record = await workspace.record();
    expect(record).toMatchObject({ outcome: 'released', tags: ['1.0.0', 'latest'], gate: { verdict: 'passed' } });
    expect(run.stdout).toContain(`digest=${record.digest}\n`);
    expect(await digestOfTag(world, 'latest')).toBe(record.digest);
    expect(await readFile(join(workspace.folder, 'harbor-pilot.html'), 'utf8')).toContain(record.digest);
    for (const secret of world.secrets) expect(run.log).not.toContain(secret);
    const again = `npx harbor-pilot release --username '${user}' --tags 1.0.1 --labels again=yes --baseline deployed`;
    assertSuccess(await onTerminal(workspace, again));
    const report = JSON.parse(await readFile(join(workspace.folder, '.harbor-pilot/gate/gate-report.json'), 'utf8'));
    expect(report.baseline).toMatchObject({ name: record.digest, added: 0 });
  }, 180_000);

  it('does the same step by step', async () => {
    const workspace = await world.workspace('steps');
    const steps = ['login', 'build', 'push --tags 2.0.0', 'sign', 'verify', 'scan-gate', 'rollout'];
    const script = steps.map((step) => `npx harbor-pilot ${step}`).join('\n');
    const run = await onTerminal(workspace, script, { HARBOR_PILOT_USERNAME: user });
    assertSuccess(run);
    const record = await workspace.record();
    expect(record).toMatchObject({
      build: { platforms: [{ platform: 'linux/amd64' }, { platform: 'linux/arm64' }] },
      signature: { acceptedByHarbor: true },
      gate: { verdict: 'passed' },
      rollout: { outcome: 'complete' },
    });
    expect(await digestOfTag(world, '2.0.0')).toBe(record.digest);
  }, 180_000);

  it('ends with 3 when the password is wrong', async () => {
    const workspace = await world.workspace('password');
    const script = `echo wrong | npx harbor-pilot login --username '${user}' --password-stdin --json`;
    const run = await onTerminal(workspace, script);
    expect(run).toMatchObject({ exitCode: 3 });
    expect(JSON.parse(run.stdout)).toMatchObject({ error: { code: 'ROBOT_REFUSED', exitCode: 3 } });
  }, 180_000);

  it('ends with the exit code of the step although something is left open', async () => {
    const workspace = await world.workspace('open');
    const left = { NODE_OPTIONS: '--import=data:text/javascript,setInterval(()=>0,1e3)' };
    const run = await onTerminal(workspace, `npx harbor-pilot login --username nobody`, left);
    expect(run).toMatchObject({ exitCode: 3 });
  }, 180_000);

  it('ends with 5 when the gate refuses, and moves no tag', async () => {
    const workspace = await world.workspace('refused');
    const removeAdvisory = await world.stage.plantAdvisory?.();
    const script = `npx harbor-pilot release --username '${user}' --tags refused --labels version=refused`;
    const run = await onTerminal(workspace, script).finally(removeAdvisory);
    expect(run).toMatchObject({ exitCode: 5 });
    expect(run.log).toContain('error GATE_REFUSED: ');
    const record = await workspace.record();
    expect(record).toMatchObject({ outcome: 'refused', gate: { verdict: 'refused' } });
    expect(record).not.toHaveProperty('rollout');
    expect(await digestOfTag(world, 'refused')).toBeUndefined();
  }, 180_000);
});
