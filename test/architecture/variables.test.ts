import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { executeStep, logoutStep } from '@harbor-pilot/steps';
import { describe, expect, it } from '@jest/globals';
import { captureRuntime } from '../../packages/steps/test/runtime.ts';
import { root } from './sources.ts';

const places = [
  'packages',
  'scripts',
  'docs',
  'examples',
  'gitlab-templates',
  'jenkins-shared-lib',
  'test',
  'README.md',
];
const notOurs = /(^|\/)(node_modules|dist|target|resources)\/|^packages\/[^/]+\/test\//;

function namesIn(place: string): readonly string[] {
  const files = statSync(join(root, place)).isDirectory()
    ? readdirSync(join(root, place), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    : [place];
  return files
    .filter((path) => !notOurs.test(path))
    .flatMap((path) => readFileSync(join(root, path), 'utf8').match(/HARBOR_PILOT_[A-Z\d_]*[A-Z\d]/g) ?? []);
}

describe('the variables that the project and its pages name', () => {
  it('are all declared: none is taken for a mistyped one', async () => {
    const names = [...new Set(places.flatMap(namesIn))];
    expect(names.length).toBeGreaterThan(100);
    const runtime = captureRuntime(root, Object.fromEntries(names.map((name) => [name, 'x'])));
    await executeStep({ ...logoutStep, run: async () => ({}) }, runtime, [
      (name) => (name === 'registry' ? 'x' : undefined),
    ]);
    expect(runtime.lines).toEqual([]);
  });
});
