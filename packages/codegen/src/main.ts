import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { generateFiles } from './generate.ts';

// Writes the generated files, or with --check says which are not up to date.
const root = resolve(import.meta.dirname, '../../..');
const check = process.argv.includes('--check');
const manifest = JSON.parse(await readFile(join(root, 'packages/cli/package.json'), 'utf8')) as { version: string };
const files = generateFiles({
  version: manifest.version,
  readme: await readFile(join(root, 'README.md'), 'utf8'),
  robots: await readFile(join(root, 'docs/robots.md'), 'utf8'),
});
const stale: string[] = [];
for (const { path, text } of files) {
  const before = await readFile(join(root, path), 'utf8').catch(() => undefined);
  if (before === text) continue;
  stale.push(path);
  if (check) continue;
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}
if (check && stale.length > 0) {
  console.error(`not up to date, run "npm run codegen":\n${stale.map((path) => `  ${path}`).join('\n')}`);
  process.exitCode = 1;
} else console.log(`${files.length} generated files, ${stale.length} ${check ? 'stale' : 'written'}`);
