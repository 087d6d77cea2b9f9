import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root, sourceFiles } from './sources.ts';

const all = sourceFiles('packages', 'actions', 'test');
const code = all.filter(({ path }) => /^packages\/[^/]+\/src\//.test(path));
const lines = (text: string): number => text.trimEnd().split('\n').length;

describe('the shape of the sources', () => {
  it('keeps every file to 300 lines, and every test file to 500', () => {
    const limit = (path: string): number => (/\.test\.ts$|\/test\//.test(path) || path.startsWith('test/') ? 500 : 300);
    const long = all
      .filter(({ path, text }) => lines(text) > limit(path))
      .map(({ path, text }) => `${path}: ${lines(text)}`);
    expect(long).toEqual([]);
  });

  it('names no file after nothing in particular', () => {
    expect(all.filter(({ path }) => /\/(utils?|helpers?|misc|common-utils)\.ts$/.test(path))).toEqual([]);
  });

  it('mocks no module', () => {
    const mocking = all.filter(
      ({ path, text }) => !path.startsWith('test/architecture/') && /jest\.(unstable_mockModule|mock)\(/.test(text),
    );
    expect(mocking.map(({ path }) => path)).toEqual([]);
  });

  it('documents every exported declaration', () => {
    const undocumented = code.flatMap(({ path, text }) => {
      const sourceLines = text.split('\n');
      return sourceLines.flatMap((line, index) => {
        if (!/^export (?:async )?(?:function\*?|const|interface|type|class|abstract class) \w/.test(line)) return [];
        return sourceLines[index - 1]?.trim().endsWith('*/') === true
          ? []
          : [`${path}:${index + 1} ${line.slice(0, 60)}`];
      });
    });
    expect(undocumented).toEqual([]);
  });

  it('gives every package one public entry, a licence and a description', () => {
    for (const name of readdirSync(join(root, 'packages'))) {
      const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')) as Record<
        string,
        unknown
      >;
      expect({ name, exports: Object.keys(manifest.exports as object), license: manifest.license }).toEqual({
        name,
        exports: ['.'],
        license: 'Apache-2.0',
      });
      expect(manifest.description).toMatch(/\w+/);
    }
  });

  it('imports each heavy library in one module only', () => {
    for (const library of [
      '@kubernetes/client-node',
      '@actions/core',
      '@sigstore/verify',
      'sigstore',
      'commander',
      '@gitbeaker/rest',
    ]) {
      const importers = code.filter(({ text }) =>
        new RegExp(`(?:import|from)\\s*\\(?'${library}'`).test(withoutTypes(text)),
      );
      expect({ library, importers: importers.map(({ path }) => path).slice(1) }).toEqual({ library, importers: [] });
    }
  });
});

/** Imports of types cost nothing at run time. */
function withoutTypes(text: string): string {
  return text.replace(/import type [^;]+;/g, '').replace(/typeof import\([^)]*\)/g, '');
}

describe('the repository', () => {
  it('keeps download addresses out of the lock file', () => {
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toContain('"resolved": "http');
  });

  it('pins the same version of a dependency everywhere', () => {
    const versions = new Map<string, Set<string>>();
    for (const name of readdirSync(join(root, 'packages'))) {
      const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')) as {
        dependencies?: Record<string, string>;
      };
      for (const [dependency, version] of Object.entries(manifest.dependencies ?? {})) {
        versions.set(dependency, (versions.get(dependency) ?? new Set()).add(version));
      }
    }
    expect([...versions].filter(([, found]) => found.size > 1).map(([dependency]) => dependency)).toEqual([]);
  });
});
