import { PilotError } from '@harbor-pilot/core';
import { parseApkInstalled } from './apk-database.ts';
import { type Distribution, parseOsRelease } from './distribution.ts';
import { parseDpkgStatus } from './dpkg-database.ts';
import type { ImageEntry, ImageTree } from './image-tree.ts';
import { databaseText, type InstalledPackage } from './installed-package.ts';
import { npmProjectOf } from './interest.ts';
import { parseNpmLock } from './npm-lock.ts';

/** The packages that one database or lock file of an image lists. */
export interface PackageList {
  /** With a leading slash. */
  readonly path: string;
  /** As advisories name it: `Debian:12`, `Alpine:v3.20`, `npm`. */
  readonly ecosystem: string;
  readonly packages: readonly InstalledPackage[];
}

/** Something in the image that may hold packages and was not read. */
export interface Unread {
  readonly what: string;
  /** With a leading slash; the first of them when there are more. */
  readonly path: string;
  readonly count: number;
}

/** What an image is made of, as far as it says so itself. */
export interface Inventory {
  readonly distribution: Distribution | undefined;
  readonly lists: readonly PackageList[];
  readonly unread: readonly Unread[];
}

const dpkgPath = /^var\/lib\/dpkg\/status(?:$|\.d\/)/;
const apkPath = /^(?:usr\/)?lib\/apk\/db\/installed$/;
const npmPath = /(?:^|\/)(?:\.?package-lock|npm-shrinkwrap)\.json$/;

/**
 * Takes stock of an image.
 * @throws PilotError SCAN_FAILED when a database cannot be read, when the only database of the operating system is of
 * a kind that is not read, or when its distribution is not known: such an image must not look clean.
 */
export function takeInventory(tree: ImageTree): Inventory {
  const distribution = findDistribution(tree);
  const lists: PackageList[] = [];
  const notices: Notice[] = [];
  for (const [path, entry] of tree.list()) {
    if (entry.kind === 'notice') {
      notices.push({ what: entry.what, path, database: entry.database });
      continue;
    }
    if (!dpkgPath.test(path) && !apkPath.test(path) && !npmPath.test(path)) continue;
    const bytes = readEntry(tree, entry);
    if (bytes === undefined) {
      notices.push({ what: 'a link that leads to no file', path, database: !npmPath.test(path) });
    } else if (npmPath.test(path)) {
      const { packages, unversioned } = parseNpmLock(path, bytes);
      lists.push({ path: `/${path}`, ecosystem: 'npm', packages });
      for (const name of unversioned)
        notices.push({ what: `${name}: not a version that can be compared`, path, database: false });
    } else {
      const packages = dpkgPath.test(path) ? parseDpkgStatus(path, bytes) : parseApkInstalled(path, bytes);
      lists.push({ path: `/${path}`, ecosystem: ecosystemOf(distribution, path), packages });
    }
  }
  refuseUnreadSystem(lists, notices);
  return { distribution, lists, unread: grouped(notices.filter((notice) => !isCovered(notice, lists))) };
}

interface Notice {
  readonly what: string;
  readonly path: string;
  readonly database: boolean;
}

function findDistribution(tree: ImageTree): Distribution | undefined {
  for (const path of ['etc/os-release', 'usr/lib/os-release']) {
    const bytes = readEntry(tree, tree.get(path));
    if (bytes !== undefined) return parseOsRelease(databaseText(path, bytes));
  }
  return undefined;
}

/** The bytes of a file, or of the file that a link leads to when that is one of those that are read. */
function readEntry(tree: ImageTree, entry: ImageEntry | undefined): Uint8Array | undefined {
  let current = entry;
  for (let links = 0; current?.kind === 'link' && links < 8; links += 1) current = tree.get(current.target);
  return current?.kind === 'file' ? current.bytes : undefined;
}

function ecosystemOf(distribution: Distribution | undefined, path: string): string {
  if (distribution?.ecosystem !== undefined) return distribution.ecosystem;
  const whose = distribution === undefined ? 'a system without /etc/os-release' : distribution.name;
  throw new PilotError('SCAN_FAILED', `/${path} lists packages of ${whose}, whose advisories are not known`, {
    hint: 'Known are releases of Debian, Ubuntu and Alpine, and Wolfi and Chainguard.',
  });
}

function refuseUnreadSystem(lists: readonly PackageList[], notices: readonly Notice[]): void {
  const database = notices.find((notice) => notice.database);
  if (database === undefined || lists.some(({ ecosystem }) => ecosystem !== 'npm')) return;
  throw new PilotError(
    'SCAN_FAILED',
    `the packages of the image are in /${database.path}: ${database.what}, not read here`,
    {
      hint: 'Known are the databases of dpkg and apk. Register a scanner in Harbor that reads this one.',
    },
  );
}

/** An npm package without a lock file of its own is known when its project has one. */
function isCovered(notice: Notice, lists: readonly PackageList[]): boolean {
  if (!notice.what.startsWith('npm packages')) return false;
  const project = npmProjectOf(notice.path);
  return lists.some(({ path, ecosystem }) => ecosystem === 'npm' && npmProjectOf(path.slice(1)) === project);
}

function grouped(notices: readonly Notice[]): Unread[] {
  const groups = new Map<string, Unread>();
  for (const { what, path } of notices) {
    const known = groups.get(what);
    groups.set(what, { what, path: known?.path ?? `/${path}`, count: (known?.count ?? 0) + 1 });
  }
  return [...groups.values()];
}
