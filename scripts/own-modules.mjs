// How the modules of our packages come into the actions. With shared chunks esbuild lets everything that an index names be
// loaded by everyone who imports one name of it: imports are led past it, straight to the module that has the name. And it
// makes a chunk for each set of users: what every action needs is made one set, so that it is one file to load.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Modules that come in one file, together with what only they import. To open one more file takes as long as 10 KB of code.
 */
const groups = {
  /** What every action needs for its first request, and the login, with which most jobs begin, for its work. */
  base: [
    'ci/src/run-in-ci.ts',
    'ci/src/base-runtime.ts',
    'ci/src/end-process.ts',
    'ci/src/github.ts',
    'ci/src/post.ts',
    'steps/src/execute.ts',
    'steps/src/connect.ts',
    'steps/src/account-place.ts',
    'steps/src/login/step.ts',
    'steps/src/login/run.ts',
    'steps/src/login/expiry.ts',
    'core/src/whole-file.ts',
  ],
  /** What opens a key: that takes so long that it begins before all else. */
  keys: [
    'core/src/describe-key.ts',
    'core/src/program-environment.ts',
    'core/src/run-program.ts',
    'core/src/together.ts',
    'sign/src/keys/external-signer.ts',
    'sign/src/signer.ts',
    'steps/src/annotations.ts',
    'steps/src/forks.ts',
    'steps/src/pairs.ts',
    'steps/src/sign/plan.ts',
    'steps/src/signature-key-input.ts',
  ],
  /** What works on images. */
  images: [
    'core/src/amounts.ts',
    'core/src/in-parallel.ts',
    'core/src/make-folder.ts',
    'core/src/unless.ts',
    'harbor/src/harbor.ts',
    'harbor/src/parsing.ts',
    'harbor/src/paths.ts',
    'harbor/src/quota.ts',
    'oci/src/content.ts',
    'oci/src/manifest.ts',
    'oci/src/manifests-in.ts',
    'oci/src/media-types.ts',
    'oci/src/platform.ts',
    'registry/src/classic-tag.ts',
    'registry/src/image-work.ts',
    'registry/src/push-content.ts',
    'step-kit/src/record.ts',
    'steps/src/named-file.ts',
    'steps/src/record-file.ts',
    'steps/src/subject.ts',
  ],
};

const [anExport, anImport, aDynamicImport, ofCrypto, aTakenName, takenNames] = [
  /^export (type )?\{([^}]*)\} from '([^']+)';/gm,
  /^import \{([^}]*)\} from '@harbor-pilot\/([\w-]+)';/gm,
  /^(\s*const \{([^}]*)\} = await )import\('@harbor-pilot\/([\w-]+)'\);/gm,
  /^import \{([^}]*)\} from 'node:crypto';/gm,
  /\(await import\('(\.[^']+)'\)\)\.(\w+)/g,
  /^\s*const \{([^}]*)\} = await import\('(\.[^']+)'\);/gm,
];

/** An esbuild plugin; `root` is the folder of the repository. */
export function ownModules(root) {
  const indexes = new Map();
  const moduleOf = (packageName, name) => {
    if (!indexes.has(packageName))
      indexes.set(packageName, readIndex(join(root, 'packages', packageName, 'src/index.ts')));
    return indexes.get(packageName).get(name);
  };
  const pathsOf = (group) => groups[group].map((path) => join(root, 'packages', path));
  const groupOf = new Map(Object.keys(groups).flatMap((group) => pathsOf(group).map((path) => [path, group])));
  return {
    name: 'own-modules',
    setup(bundler) {
      // Packages come from their sources, so that a bundle never depends on what was compiled before.
      bundler.onResolve({ filter: /^@harbor-pilot\// }, ({ path }) => ({
        path: join(root, 'packages', path.split('/')[1], 'src/index.ts'),
      }));
      bundler.onResolve({ filter: /^group:/ }, ({ path }) => ({
        path: path.replace('group:', ''),
        namespace: 'group',
      }));
      bundler.onLoad({ filter: /.*/, namespace: 'group' }, ({ path }) => ({
        contents: pathsOf(path)
          .map((module) => `import ${JSON.stringify(module)};`)
          .join(''),
        resolveDir: root,
      }));
      bundler.onLoad({ filter: /\/(packages|actions)\/[\w-]+\/src\/.*\.ts$/ }, async ({ path }) => ({
        contents: `import 'group:base';import 'group:${groupOf.get(path) ?? 'base'}';${atHand(redirect(await readFile(path, 'utf8'), moduleOf), path, groupOf)}`,
        loader: 'ts',
      }));
    },
  };
}

/** Names that an index gives, each with the path of its module. */
function readIndex(path) {
  const modules = new Map();
  for (const [, isType, names, module] of readFileSync(path, 'utf8').matchAll(anExport)) {
    if (isType === undefined) for (const name of valuesIn(names)) modules.set(name, join(dirname(path), module));
  }
  return modules;
}

function redirect(source, moduleOf) {
  return source
    .replace(
      ofCrypto,
      (_, names) => `const {${valuesIn(names).join().replaceAll(' as ', ':')}}=process.getBuiltinModule('crypto');`,
    )
    .replace(anImport, (all, names, packageName) => {
      const modules = valuesIn(names).map((name) => [name.split(' as ')[0], name, packageName]);
      if (modules.some(([name]) => moduleOf(packageName, name) === undefined)) return all;
      return modules.map(([name, binding]) => `import { ${binding} } from '${moduleOf(packageName, name)}';`).join('');
    })
    .replace(aDynamicImport, (all, begin, names, packageName) => {
      const modules = new Set(valuesIn(names).map((name) => moduleOf(packageName, name)));
      const [only] = modules;
      return modules.size === 1 && only !== undefined ? `${begin}import('${only}');` : all;
    });
}

function valuesIn(names) {
  return names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '));
}

/** What is in the base is there when it is asked for: nobody has to wait for a file that only leads back to it. */
function atHand(source, path, groupOf) {
  const imports = [];
  const isThere = (specifier) => groupOf.get(join(dirname(path), specifier)) === 'base';
  const text = source
    .replace(aTakenName, (all, specifier, name) => {
      if (!isThere(specifier)) return all;
      imports.push(`import { ${name} as atHand${imports.length} } from '${specifier}';`);
      return `atHand${imports.length - 1}`;
    })
    .replace(takenNames, (all, names, specifier) => {
      if (!isThere(specifier)) return all;
      imports.push(`import {${names}} from '${specifier}';`);
      return '';
    });
  return imports.join('') + text;
}
