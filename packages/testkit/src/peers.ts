import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, it } from '@jest/globals';

interface PeerRow {
  readonly from: string;
  readonly version: string;
  readonly binary: string;
}

const root = resolve(import.meta.dirname, '../../..');
const table = JSON.parse(readFileSync(join(root, 'scripts', 'peers.json'), 'utf8')) as Record<string, PeerRow>;

/** Where an installed peer's program is, or undefined. The table of `scripts/peers.json` says where to look. */
export function findPeer(name: string): string | undefined {
  const row = table[name];
  if (row === undefined) return onPath(name);
  if (row.from === 'debian') return onPath(row.binary);
  const path = join(cacheFolder(), `${name}-${row.version}`, row.binary);
  return existsSync(path) ? path : undefined;
}

function cacheFolder(): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return process.env.HARBOR_PILOT_PEERS_DIR ?? join(cache, 'harbor-pilot', 'peers');
}

function onPath(binary: string): string | undefined {
  const found = spawnSync('sh', ['-c', 'command -v "$0"', binary], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

/**
 * A suite that needs real programs. Where one is missing the suite is skipped by name, or fails when
 * `HARBOR_PILOT_PEERS=required`.
 * @param peers names in `scripts/peers.json`, or of programs expected on the machine (`kubectl`, `mvn`).
 */
export function describeWithPeers<Name extends string>(
  title: string,
  peers: readonly Name[],
  body: (paths: Readonly<Record<Name, string>>) => void,
): void {
  const paths = Object.fromEntries(peers.map((name) => [name, findPeer(name)]));
  const missing = peers.filter((name) => paths[name] === undefined);
  if (missing.length === 0) {
    describe(title, () => body(paths as Readonly<Record<Name, string>>));
  } else if (process.env.HARBOR_PILOT_PEERS === 'required') {
    it(`${title}: needs ${missing.join(', ')}`, () => {
      throw new Error(`missing ${missing.join(', ')}: run "npm run peers"`);
    });
  } else {
    describe.skip(`${title} (skipped: ${missing.join(', ')} not installed, see "npm run peers")`, () => {
      it('needs the missing peers', () => undefined);
    });
  }
}
