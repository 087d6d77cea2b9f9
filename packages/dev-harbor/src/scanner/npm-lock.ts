import { asObject, asString } from '@harbor-pilot/core';
import { valid } from 'semver';
import { databaseText, type InstalledPackage, unreadable } from './installed-package.ts';

type Json = Readonly<Record<string, unknown>>;

/** What a lock file says is installed, and what of it has no version that can be compared (`name version`). */
export interface NpmLock {
  readonly packages: readonly InstalledPackage[];
  readonly unversioned: readonly string[];
}

/**
 * Reads `package-lock.json`, `npm-shrinkwrap.json` (lock file versions 1 to 3) or `node_modules/.package-lock.json`.
 * Development dependencies of a project's lock file are left out, as they are not installed in an image;
 * `node_modules/.package-lock.json` lists what is installed, so there they count.
 * @throws PilotError SCAN_FAILED when it is no lock file.
 */
export function parseNpmLock(path: string, bytes: Uint8Array): NpmLock {
  let document: Json | undefined;
  try {
    document = asObject(JSON.parse(databaseText(path, bytes)));
  } catch (error) {
    throw unreadable(path, 'it is not JSON', error);
  }
  const withDevelopment = path.endsWith('node_modules/.package-lock.json');
  const packages = asObject(document?.packages);
  const dependencies = asObject(document?.dependencies);
  if (document === undefined || (packages === undefined && document.lockfileVersion === undefined)) {
    throw unreadable(path, 'it is not a lock file of npm');
  }
  const found = packages === undefined ? fromTree(path, dependencies ?? {}, 0) : fromList(packages);
  const installed = found.filter(({ development }) => withDevelopment || !development);
  return {
    packages: installed.flatMap(({ name, version }) =>
      valid(version, { loose: true }) === null ? [] : [{ name, version, advisoryName: name, advisoryVersion: version }],
    ),
    unversioned: installed.flatMap(({ name, version }) =>
      valid(version, { loose: true }) === null ? [`${name} ${version}`.trim()] : [],
    ),
  };
}

/** File systems allow no deeper `node_modules`. */
const deepest = 200;

interface Found {
  readonly name: string;
  readonly version: string;
  readonly development: boolean;
}

/** Versions 2 and 3: places in the file system; links and the project itself are no packages from a registry. */
function fromList(packages: Json): Found[] {
  return Object.entries(packages).flatMap(([place, value]) => {
    const entry = asObject(value);
    const folder = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(place)?.[1];
    if (entry === undefined || folder === undefined || entry.link === true) return [];
    return [found(asString(entry.name) ?? folder, asString(entry.version), entry)];
  });
}

/** Version 1: dependencies nested as they are installed. An alias says `npm:name@version`. */
function fromTree(path: string, dependencies: Json, depth: number): Found[] {
  if (depth > deepest) throw unreadable(path, `its dependencies are nested deeper than ${deepest} levels`);
  return Object.entries(dependencies).flatMap(([key, value]) => {
    const entry = asObject(value);
    if (entry === undefined) return [];
    const alias = /^npm:(.+)@([^@]+)$/.exec(asString(entry.version) ?? '');
    const nested = fromTree(path, asObject(entry.dependencies) ?? {}, depth + 1);
    return [found(alias?.[1] ?? key, alias?.[2] ?? asString(entry.version), entry), ...nested];
  });
}

function found(name: string, version: string | undefined, entry: Json): Found {
  return { name, version: version ?? '', development: entry.dev === true };
}
