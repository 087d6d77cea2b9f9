// Installs the real programs that the tests talk to. Idempotent: what the cache already holds is not built again.
//   node scripts/peers.mjs            install every peer of peers.json
//   node scripts/peers.mjs cosign act install these only
//   node scripts/peers.mjs --list     print each peer with its version and where it is
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const table = JSON.parse(readFileSync(join(here, 'peers.json'), 'utf8'));
const cache =
  process.env.HARBOR_PILOT_PEERS_DIR ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'harbor-pilot', 'peers');

/** Toolchains that must be on the machine already, and the peers of which kind need them. */
const toolchains = { debian: ['apt-get'], go: ['go'], 'go-module': ['go'], kubernetes: ['go'] };

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  if (result.status !== 0) {
    throw new Error(
      `${command} ${args.join(' ')} failed: ${result.error?.message ?? result.stderr.trim().split('\n').slice(-15).join('\n')}`,
    );
  }
  return result.stdout;
}

function onPath(binary) {
  const result = spawnSync('sh', ['-c', `command -v "$0"`, binary], { encoding: 'utf8' });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

/** The folder of one peer at one version; the version is in its name, so that a new pin never meets an old binary. */
function folderOf(name) {
  return join(cache, `${name}-${table[name].version}`);
}

function locate(name) {
  if (table[name].from === 'debian') return onPath(table[name].binary);
  const path = join(folderOf(name), table[name].binary);
  return existsSync(path) ? path : undefined;
}

/** Puts what `build` leaves in a temporary folder at its final place in one rename, so that a half-built peer is never seen. */
function publish(name, build) {
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, `.${name}-`));
  try {
    build(work);
    rmSync(folderOf(name), { recursive: true, force: true });
    renameSync(work, folderOf(name));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function installDebian(names) {
  const packages = names.map((name) => table[name].package);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update'], { env });
  run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { env });
}

function installGo(name) {
  const { package: path, version, keep } = table[name];
  publish(name, (work) => {
    run('go', ['install', '-ldflags=-s -w', `${path}@${version}`], {
      env: { ...process.env, GOBIN: work, GOFLAGS: '-mod=mod', CGO_ENABLED: '0' },
    });
    if (keep !== undefined) keepModuleFolder(path.split('/cmd/')[0], version, keep, work);
  });
}

function keepModuleFolder(module, version, folder, work) {
  const { Dir } = JSON.parse(run('go', ['mod', 'download', '-json', `${module}@${version}`]));
  cpSync(join(Dir, folder), join(work, folder), { recursive: true });
  run('chmod', ['-R', 'u+w', work]);
}

/**
 * What has replace or exclude directives cannot be `go install`ed: it is built as a dependency of a module of ours. So is what
 * a `main` of ours starts, a file of the folder `peers`.
 */
function installGoModule(name) {
  const { package: path, version, binary, main } = table[name];
  const work = mkdtempSync(join(tmpdir(), 'go-module-'));
  try {
    writeFileSync(join(work, 'go.mod'), 'module peers\n\ngo 1.24.0\n');
    run('go', ['get', `${path}@${version}`], { cwd: work });
    if (main !== undefined) cpSync(join(here, 'peers', main), join(work, main));
    publish(name, (out) =>
      run('go', ['build', '-ldflags=-s -w', '-o', join(out, binary), main === undefined ? path : '.'], {
        cwd: work,
        env: { ...process.env, GOFLAGS: '-mod=mod', CGO_ENABLED: '0' },
      }),
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Kubernetes cannot be `go install`ed: its staging modules are replaced by folders. A module of ours names their published versions. */
function installKubernetes(names) {
  const { version } = table[names[0]];
  const work = mkdtempSync(join(tmpdir(), 'kube-'));
  try {
    const { GoMod } = JSON.parse(run('go', ['mod', 'download', '-json', `k8s.io/kubernetes@${version}`]));
    const staging = [...readFileSync(GoMod, 'utf8').matchAll(/^\s*(k8s\.io\/\S+) => \.\/staging/gm)].map(
      (match) => match[1],
    );
    const published = version.replace(/^v1\./, 'v0.');
    const replaces = staging.map((module) => `replace ${module} => ${module} ${published}`).join('\n');
    writeFileSync(
      join(work, 'go.mod'),
      `module peers\n\ngo 1.24.0\n\nrequire k8s.io/kubernetes ${version}\n\n${replaces}\n`,
    );
    for (const name of names) {
      mkdirSync(join(work, name));
      writeFileSync(join(work, name, 'main.go'), kubernetesMain(table[name]));
    }
    run('go', ['mod', 'tidy'], { cwd: work });
    for (const name of names) {
      const flags = `-s -w -X k8s.io/component-base/version.gitVersion=${version}`;
      publish(name, (out) =>
        run('go', ['build', '-ldflags', flags, '-o', join(out, table[name].binary), `./${name}`], {
          cwd: work,
          env: { ...process.env, CGO_ENABLED: '0' },
        }),
      );
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function kubernetesMain({ package: path, command }) {
  return `package main

import (
\t"os"

\t"k8s.io/component-base/cli"
\t_ "k8s.io/component-base/logs/json/register"
\t"${path}"
)

func main() { os.Exit(cli.Run(app.${command}())) }
`;
}

function requireToolchains(kinds) {
  const missing = [...new Set(kinds.flatMap((kind) => toolchains[kind]))].filter((tool) => onPath(tool) === undefined);
  if (missing.length > 0) throw new Error(`these toolchains must be installed first: ${missing.join(', ')}`);
}

function install(wanted) {
  const missing = wanted.filter((name) => locate(name) === undefined);
  requireToolchains(missing.map((name) => table[name].from));
  const of = (kind) => missing.filter((name) => table[name].from === kind);
  const steps = [
    [of('debian'), installDebian],
    ...of('go').map((name) => [[name], ([one]) => installGo(one)]),
    ...of('go-module').map((name) => [[name], ([one]) => installGoModule(one)]),
    [of('kubernetes'), installKubernetes],
  ];
  for (const [names, step] of steps) {
    if (names.length === 0) continue;
    const start = Date.now();
    step(names);
    console.log(`installed ${names.join(', ')} in ${Math.round((Date.now() - start) / 1000)} s`);
  }
}

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = wanted.filter((name) => table[name] === undefined);
if (unknown.length > 0) {
  console.error(`unknown peer ${unknown.join(', ')}; known are ${Object.keys(table).join(', ')}`);
  process.exit(2);
}
const names = wanted.length > 0 ? wanted : Object.keys(table);
if (!process.argv.includes('--list')) install(names);
for (const name of names) console.log(`${name} ${table[name].version} ${locate(name) ?? 'not installed'}`);
