// Bundles the GitHub actions into actions/dist (shared chunks) and the command into the one file that the Jenkins library carries.
//   node scripts/bundle.mjs           write them
//   node scripts/bundle.mjs --check   fail when a committed bundle is not what the sources give
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { writeNotices } from './notices.mjs';
import { ownModules } from './own-modules.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const committed = {
  actions: join(root, 'actions/dist'),
  jenkins: join(root, 'jenkins-shared-lib/resources/io/harborpilot'),
};

// CommonJS packages inside an ES module want these names.
const commonJsNames =
  "import{createRequire as __cr}from'node:module';import{fileURLToPath as __fu}from'node:url';import{dirname as __dn}from'node:path';const require=__cr(import.meta.url);const __filename=__fu(import.meta.url);const __dirname=__dn(__filename);\n";

/** Only to the files that use them: it is more than many of the small ones. */
async function addCommonJsNames({ outputs }) {
  for (const path of Object.keys(outputs)) {
    const text = await readFile(path, 'utf8');
    if (/\b(require|__filename|__dirname)\b/.test(text)) await writeFile(path, commonJsNames + text);
  }
}

/** A chunk of nothing but what esbuild itself needs does nothing when it is loaded: who takes no name from it need not open it. */
async function dropIdleImports({ outputs }) {
  const helpers = Object.keys(outputs).filter((path) => Object.keys(outputs[path].inputs).length === 0);
  const idle = new RegExp(`import"[^"]*/(?:${helpers.map((path) => basename(path)).join('|')})";`, 'g');
  for (const path of Object.keys(outputs)) await writeFile(path, (await readFile(path, 'utf8')).replaceAll(idle, ''));
}

/** Native add-ons and optional encodings cannot be bundled; those who ask for them do without. */
const withoutNative = {
  name: 'without-native',
  setup(bundler) {
    bundler.onResolve({ filter: /^cpu-features$|\.node$|^encoding$/ }, ({ path }) => ({ path, namespace: 'absent' }));
    bundler.onLoad({ filter: /.*/, namespace: 'absent' }, ({ path }) => ({
      contents: `throw new Error(${JSON.stringify(`${path} is not bundled`)})`,
    }));
  },
};

/** All that `@actions/core` takes of these modules. */
const usedByActions = { crypto: 'randomUUID', child_process: 'spawn' };

/**
 * Importing a module of Node by name has it make all that it can give, such as the whole of Web Crypto: 5 ms at the start of
 * each step. Taken as an object it makes what is used. `@actions/core` has what starts programs, and never does.
 */
const leanBuiltins = {
  name: 'lean-builtins',
  setup(bundler) {
    bundler.onResolve({ filter: /^(node:)?(crypto|child_process)$/ }, ({ path: specifier, importer, kind }) => {
      const path = specifier.replace('node:', '');
      const isWhole = kind === 'require-call' || !/@actions[\\/]/.test(importer);
      return { path, namespace: isWhole ? 'lean-builtins' : 'one-function' };
    });
    // Behind an object that has nothing of its own: what is its own is copied for each module that imports it.
    bundler.onLoad({ filter: /.*/, namespace: 'lean-builtins' }, ({ path }) => ({
      contents: `module.exports=Object.create(process.getBuiltinModule(${JSON.stringify(path)}))`,
    }));
    bundler.onLoad({ filter: /.*/, namespace: 'one-function' }, ({ path }) => ({
      contents: `export const ${usedByActions[path]}=(...all)=>process.getBuiltinModule(${JSON.stringify(path)}).${usedByActions[path]}(...all)`,
    }));
  },
};

/** `@actions/core` loads an HTTP stack of half a megabyte for id tokens only: here it is loaded when one is asked for. */
const lazyHttp = {
  name: 'lazy-http',
  setup(bundler) {
    bundler.onResolve({ filter: /^@actions\/http-client(\/.*)?$/ }, ({ path, importer, resolveDir }) =>
      /@actions[\\/]core[\\/]/.test(importer) ? { path, namespace: 'lazy-http', pluginData: resolveDir } : undefined,
    );
    bundler.onLoad({ filter: /.*/, namespace: 'lazy-http' }, ({ path, pluginData }) => ({
      contents: path.endsWith('/auth')
        ? "export class BearerCredentialHandler{constructor(token){this.token=token}prepareRequest(options){options.headers={...options.headers,Authorization:'Bearer '+this.token}}canHandleAuthentication(){return false}}"
        : "export class HttpClient{constructor(...all){this.all=all}async getJson(...request){const module=await import('@actions/http-client');return new module.HttpClient(...this.all).getJson(...request)}}",
      resolveDir: pluginData,
    }));
  },
};

/** `@actions/core` makes a builder of summaries as it is loaded, with or without anybody who builds one: it is left out of what names none. */
const idleSummary = {
  name: 'idle-summary',
  setup(bundler) {
    bundler.onResolve({ filter: /^\.\/summary\.js$/ }, ({ path, importer, resolveDir }) =>
      /@actions[\\/]core[\\/]/.test(importer) ? { path: join(resolveDir, path), sideEffects: false } : undefined,
    );
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // Node.js 24 knows it; what would stand in for it is loaded by every action.
  supported: { using: true },
  plugins: [ownModules(root), leanBuiltins, withoutNative, lazyHttp, idleSummary],
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  metafile: true,
  mainFields: ['module', 'main'],
  conditions: ['node', 'import', 'module'],
  logLevel: 'error',
};

async function bundleActions(outdir) {
  const folders = (await readdir(join(root, 'actions'), { withFileTypes: true })).filter((entry) =>
    entry.isDirectory(),
  );
  const names = folders
    .map(({ name }) => name)
    .filter((name) => !['dist', 'node_modules'].includes(name))
    .sort();
  const entryPoints = Object.fromEntries(names.map((name) => [name, join(root, 'actions', name, 'src/index.ts')]));
  const { metafile } = await build({
    ...common,
    entryPoints,
    outdir,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
  });
  refuseDefaultOnly(metafile);
  await dropIdleImports(metafile);
  await addCommonJsNames(metafile);
  await writeNotices(metafile, root, join(outdir, 'licenses.txt'));
}

/** A chunk that has nothing but a default export is a CommonJS package under `import()`: its named exports are lost. */
function refuseDefaultOnly({ outputs }) {
  const loaded = Object.values(outputs).flatMap(({ imports }) =>
    imports.filter(({ kind }) => kind === 'dynamic-import'),
  );
  const lost = loaded.map(({ path }) => outputs[path]).find((output) => output?.exports.join() === 'default');
  if (lost === undefined) return;
  throw new Error(
    `${lost.entryPoint} is not an ES module: import it in a module of our own, and load that by import()`,
  );
}

/** These have functions that an older Node.js does not: imported by name, it would end with a page of our code. */
const newerBuiltins = {
  name: 'newer-builtins',
  setup(bundler) {
    bundler.onResolve({ filter: /^node:(tls|zlib)$/ }, ({ path }) => ({
      path: path.replace('node:', ''),
      namespace: 'lean-builtins',
    }));
  },
};

/** Nobody says of an agent which Node.js it has, so an older one has to get so far as to say this. */
const refuseOlder =
  "if(Number(process.versions.node.split('.')[0])<24){console.error('harbor-pilot needs Node.js 24 or newer; this is '+process.version+'. Install Node.js 24, or put it first on PATH.');process.exit(2)}";

async function bundleCommand(outdir) {
  const { metafile } = await build({
    ...common,
    target: 'node18',
    supported: {},
    plugins: [newerBuiltins, ...common.plugins],
    banner: { js: refuseOlder },
    entryPoints: [join(root, 'packages/cli/src/ci-main.ts')],
    outfile: join(outdir, 'harbor-pilot.mjs'),
  });
  await addCommonJsNames(metafile);
  await writeNotices(metafile, root, join(outdir, 'licenses.txt'));
}

async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(await Promise.all(paths.map(async (path) => [relative(folder, path), await readFile(path)])));
}

async function differences(expected, actual) {
  const [wanted, found] = await Promise.all([filesBelow(expected), filesBelow(actual)]);
  const names = new Set([...wanted.keys(), ...found.keys()]);
  return [...names].filter((name) => !(wanted.get(name)?.equals(found.get(name) ?? Buffer.alloc(0)) ?? false)).sort();
}

async function check() {
  const folder = await mkdtemp(join(tmpdir(), 'bundle-'));
  try {
    await bundleActions(join(folder, 'actions'));
    await bundleCommand(join(folder, 'jenkins'));
    const stale = [
      ...(await differences(join(folder, 'actions'), committed.actions)).map((name) => join('actions/dist', name)),
      ...(await differences(join(folder, 'jenkins'), committed.jenkins)).map((name) =>
        join('jenkins-shared-lib/resources/io/harborpilot', name),
      ),
    ];
    if (stale.length === 0) return console.log('bundles are up to date');
    console.error(
      `bundles are not up to date, run "node scripts/bundle.mjs":\n${stale.map((path) => `  ${path}`).join('\n')}`,
    );
    process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function write() {
  for (const folder of Object.values(committed)) await rm(folder, { recursive: true, force: true });
  await bundleActions(committed.actions);
  await bundleCommand(committed.jenkins);
  const sizes = [...(await filesBelow(committed.actions)).values(), ...(await filesBelow(committed.jenkins)).values()];
  console.log(
    `bundled ${sizes.length} files, ${(sizes.reduce((sum, bytes) => sum + bytes.length, 0) / 1e6).toFixed(1)} MB`,
  );
}

await (process.argv.includes('--check') ? check() : write());
