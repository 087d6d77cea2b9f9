import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

/**
 * Where peers of scripts/peers.json are, by name.
 * @throws Error when one is not installed.
 */
export function requirePeers(...names) {
  const script = resolve(import.meta.dirname, '../../scripts/peers.mjs');
  const { stdout } = spawnSync(process.execPath, [script, '--list', ...names], { encoding: 'utf8' });
  return Object.fromEntries(
    stdout
      .trim()
      .split('\n')
      .map((line) => {
        const [, name, path] = /^(\S+) \S+ (.+)$/.exec(line) ?? [];
        if (path === 'not installed') throw new Error(`${name} is missing: run "npm run peers -- ${name}"`);
        return [name, path];
      }),
  );
}
