// Writes the licences of the packages that a bundle contains, as the bundler's metafile lists them.
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const packagePattern = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

async function notice(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const text =
    file === undefined
      ? 'The package has no licence file; its package.json names the licence above.'
      : (await readFile(join(folder, file), 'utf8')).trim();
  const shown = typeof license === 'string' ? license : JSON.stringify(license);
  return `${name} ${version} (${shown})\n\n${text.replaceAll('\r\n', '\n')}`;
}

/** Writes one text with the notice of every third-party package in the bundle, sorted, so that it is reproducible. */
export async function writeNotices(metafile, root, path) {
  const folders = new Set(
    Object.keys(metafile.inputs)
      .map((input) => packagePattern.exec(input)?.[1])
      .filter((folder) => folder !== undefined && existsSync(join(root, folder, 'package.json'))),
  );
  const notices = await Promise.all([...folders].map((folder) => notice(join(root, folder))));
  await writeFile(path, `${[...new Set(notices)].sort().join(`\n\n${'-'.repeat(80)}\n\n`)}\n`);
}
