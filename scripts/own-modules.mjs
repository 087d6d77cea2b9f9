// How the modules of our packages come into the actions. With shared chunks esbuild lets everything that an index names be
// loaded by everyone who imports one name of it: imports are led past it, straight to the module that has the name. And it
// makes a chunk for each set of users: the modules of a group import each other here, which makes them one set.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { groups } from './module-groups.mjs';

const anExport = /^export (type )?\{([^}]*)\} from '([^']+)';/gm;
const anImport = /^import \{([^}]*)\} from '@harbor-pilot\/([\w-]+)';/gm;
const ofCrypto = /^import \{([^}]*)\} from 'node:crypto';/gm;
const laterFromPackage = /^(\s*const \{([^}]*)\} = await )import\('@harbor-pilot\/([\w-]+)'\);/gm;
const laterFromModule = /^\s*const \{([^}]*)\} = await import\('(\.[^']+)'\);/gm;
const nameTakenLater = /\(await import\('(\.[^']+)'\)\)\.(\w+)/g;

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

/** Leads imports to the module that has the name, and takes of crypto what is named (why: `leanBuiltins` in bundle.mjs). */
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
    .replace(laterFromPackage, (all, begin, names, packageName) => {
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
    .replace(nameTakenLater, (all, specifier, name) => {
      if (!isThere(specifier)) return all;
      imports.push(`import { ${name} as atHand${imports.length} } from '${specifier}';`);
      return `atHand${imports.length - 1}`;
    })
    .replace(laterFromModule, (all, names, specifier) => {
      if (!isThere(specifier)) return all;
      imports.push(`import {${names}} from '${specifier}';`);
      return '';
    });
  return imports.join('') + text;
}
