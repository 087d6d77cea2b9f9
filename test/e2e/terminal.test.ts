import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { onTerminal } from './on-terminal.ts';
import { startWorld, type World } from './world.ts';

describe('on a terminal', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  }, 60_000);
  afterAll(() => world.close());

  it('releases', async () => {
    const workspace = await world.workspace('release');
    const user = world.accounts.releaser.username;
    const run = await onTerminal(world, workspace, `npx harbor-pilot release --username '${user}' --tags 1.0.0,latest`);
    expect(run).toMatchObject({ exitCode: 0 });
    const record = await workspace.record();
    expect(record).toMatchObject({ outcome: 'released', tags: ['1.0.0', 'latest'], gate: { verdict: 'passed' } });
    expect(run.stdout).toContain(`digest=${record.digest}\n`);
    expect(await readFile(join(workspace.folder, 'harbor-pilot.html'), 'utf8')).toContain(record.digest);
    for (const secret of world.secrets) expect(run.log).not.toContain(secret);
  }, 60_000);
});
