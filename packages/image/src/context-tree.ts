import type { Stats } from 'node:fs';
import { constants } from 'node:fs';
import { lstat, open, readdir, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { unreadable } from '@harbor-pilot/core';
import type { IgnoreRules } from './dockerignore.ts';
import { type DirectoryNode, emptyDirectory, type FileNode, type TreeNode } from './tree.ts';

/**
 * The files of a build context that no rule leaves out. Owners become root, modes 0755 for folders and executable files and
 * 0644 for others, so that the image does not depend on who built it and with which umask. Links are kept, not followed.
 * @param exclude paths that are left out whatever the rules say; they do not have to exist.
 * @throws PilotError FILE_UNREADABLE
 */
export async function readContext(
  directory: string,
  rules: IgnoreRules,
  exclude: readonly string[],
  signal: AbortSignal | undefined,
): Promise<DirectoryNode> {
  const root = await realpath(directory).catch(unreadable(directory));
  const excluded = new Set(await Promise.all(exclude.map((path) => realpath(path).catch(() => path))));
  const tree = emptyDirectory();
  await readFolder({ root, rules, excluded, signal }, '', tree);
  return tree;
}

interface Walk {
  readonly root: string;
  readonly rules: IgnoreRules;
  /** Real paths. */
  readonly excluded: ReadonlySet<string>;
  readonly signal: AbortSignal | undefined;
}

async function readFolder(walk: Walk, folder: string, into: DirectoryNode): Promise<void> {
  walk.signal?.throwIfAborted();
  const absolute = join(walk.root, folder);
  const names = (await readdir(absolute).catch(unreadable(absolute))).sort();
  const nodes = await Promise.all(names.map((name) => readNode(walk, folder === '' ? name : `${folder}/${name}`)));
  for (const [index, name] of names.entries()) {
    const node = nodes[index];
    if (node === undefined) continue;
    if (node.kind === 'directory') await readFolder(walk, folder === '' ? name : `${folder}/${name}`, node);
    const kept = node.kind !== 'directory' || node.children.size > 0 || !walk.rules.ignores(join(folder, name));
    if (kept) into.children.set(name, node);
  }
}

/** An ignored folder is looked into only when an exception may bring something back. */
async function readNode(walk: Walk, path: string): Promise<TreeNode | undefined> {
  const absolute = join(walk.root, path);
  const ignored = walk.rules.ignores(path);
  if (walk.excluded.has(absolute) || (ignored && !walk.rules.hasExceptions)) return undefined;
  const stats = await lstat(absolute).catch(unreadable(absolute));
  if (stats.isDirectory()) return emptyDirectory();
  if (ignored) return undefined;
  if (stats.isSymbolicLink()) {
    return { kind: 'symlink', mode: 0o777, uid: 0, gid: 0, target: await readlink(absolute) };
  }
  return stats.isFile() ? fileNode(absolute, path, stats) : { kind: 'special', mode: 0, uid: 0, gid: 0 };
}

function fileNode(absolute: string, path: string, stats: Stats): FileNode {
  const mode = (stats.mode & 0o111) === 0 ? 0o644 : 0o755;
  const content = { key: `context:${path}`, open: () => openFile(absolute, stats.size) };
  return { kind: 'file', mode, uid: 0, gid: 0, sizeBytes: stats.size, content };
}

/** Opens without following a link that took the file's place meanwhile. */
async function openFile(path: string, sizeBytes: number): Promise<Readable> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(unreadable(path));
  if (sizeBytes > 0) return file.createReadStream({ end: sizeBytes - 1, highWaterMark: 256 * 1024 });
  await file.close();
  return Readable.from([]);
}
