import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runBuild } from '../src/build/run.ts';
import { nothing } from './no-values.ts';
import { captureRuntime } from './runtime.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'build-'));
  await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY . /\n');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Values = Parameters<typeof runBuild>[0];

async function build(more: Partial<Values> = {}): Promise<{ digest: string | undefined; lines: readonly string[] }> {
  const runtime = captureRuntime(folder);
  const values: Values = {
    ...nothing,
    registry: 'h.example.com',
    image: 'shop/hello',
    config: 'harbor-pilot.yml',
    context: '.',
    file: undefined,
    platforms: ['linux/amd64'],
    buildArgs: [],
    target: undefined,
    labels: [],
    layout: '.harbor-pilot/image',
    record: 'harbor-pilot.json',
    ...more,
  };
  const { digest } = await runBuild(values, runtime);
  await runtime.end();
  return { digest, lines: runtime.lines };
}

const blobsOf = (layout: string): Promise<string[]> => readdir(join(folder, layout, 'blobs/sha256'));

describe('the step build', () => {
  it('gives the same digest again, whatever the steps have left in the context meanwhile', async () => {
    const first = await build({ record: 'my-record.json', layout: 'out' });
    for (const name of ['harbor-pilot.html', 'harbor-pilot.env', 'harbor-pilot.json']) {
      await writeFile(join(folder, name), 'left by a step');
    }
    const again = await build({ record: 'my-record.json', layout: 'out' });
    expect(again.digest).toBe(first.digest);
  });

  it('does so with its defaults', async () => {
    const [first, second, third] = [await build(), await build(), await build()];
    expect([second.digest, third.digest]).toEqual([first.digest, first.digest]);
  });

  it('leaves no blob of an earlier build in its layout, and touches nothing else there', async () => {
    await build({ layout: 'out' });
    const before = await blobsOf('out');
    await writeFile(join(folder, 'out/notes.txt'), 'mine');
    await build({ layout: 'out', labels: ['version=2'] });
    const after = await blobsOf('out');
    // The layer is the same; config and manifest are new.
    expect([before.length, after.length]).toEqual([3, 3]);
    expect(before.filter((blob) => after.includes(blob))).toHaveLength(1);
    expect(await readFile(join(folder, 'out/notes.txt'), 'utf8')).toBe('mine');
  });

  it('removes nothing from a folder that is no layout', async () => {
    await writeFile(join(folder, 'oci-layout'), 'not JSON');
    await writeFile(join(folder, 'index.json'), 'mine');
    await expect(build({ layout: '.' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await access(join(folder, 'index.json'));
  });

  it('warns of a build argument that no ARG takes', async () => {
    const { lines } = await build({ buildArgs: ['VERSOIN=1'] });
    expect(lines.join('\n')).toMatch(/warning: .*has no ARG VERSOIN/);
  });
});
