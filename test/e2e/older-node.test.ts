import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root } from './world.ts';

const programs = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node'));
const older = programs.find((program) => {
  if (!existsSync(program)) return false;
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return Number(/^v(\d+)\./.exec(stdout)?.[1]) < 24;
});

(older === undefined ? describe.skip : describe)('on an agent with an older Node.js (needs one on PATH)', () => {
  it.each(['packages/cli/bin/harbor-pilot.mjs', 'jenkins-shared-lib/resources/io/harborpilot/harbor-pilot.mjs'])(
    '%s says which one it needs, and no more',
    (file) => {
      const { status, stderr } = spawnSync(older ?? '', [join(root, file), 'login'], { encoding: 'utf8' });
      expect([status, stderr]).toEqual([
        2,
        expect.stringMatching(/^harbor-pilot needs Node\.js 24 or newer; this is v.*\n$/),
      ]);
    },
  );
});
