import type { Readable } from 'node:stream';
import { PilotError } from '@harbor-pilot/core';

/** Content of a file that is read when it is needed. */
export interface FileContent {
  /** Equal keys mean equal bytes within one build. */
  readonly key: string;
  open(): Promise<Readable>;
}

interface Owned {
  /** Permission bits, set-id and sticky bits included. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** A regular file. */
export interface FileNode extends Owned {
  readonly kind: 'file';
  readonly sizeBytes: number;
  readonly content: FileContent;
}

/** A folder with its entries by name. */
export interface DirectoryNode extends Owned {
  readonly kind: 'directory';
  readonly children: Map<string, TreeNode>;
}

/** A symbolic link; its target is text, nothing says that it exists. */
export interface SymlinkNode extends Owned {
  readonly kind: 'symlink';
  readonly target: string;
}

/** A device, socket or pipe: known to be there, never copied. */
export interface SpecialNode extends Owned {
  readonly kind: 'special';
}

/** One entry of a file tree: of the build context or of a stage. */
export type TreeNode = FileNode | DirectoryNode | SymlinkNode | SpecialNode;

/** An empty folder that belongs to root. */
export function emptyDirectory(): DirectoryNode {
  return { kind: 'directory', mode: 0o755, uid: 0, gid: 0, children: new Map() };
}

/** A copy whose folders can be changed without changing the original. */
export function cloneTree(root: DirectoryNode): DirectoryNode {
  const children = new Map<string, TreeNode>();
  for (const [name, node] of root.children) children.set(name, node.kind === 'directory' ? cloneTree(node) : node);
  return { ...root, children };
}

/** The names in a path; empty ones and "." are left out, ".." is resolved within the root. */
export function segmentsOf(path: string): string[] {
  const segments: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') segments.pop();
    else if (name !== '' && name !== '.') segments.push(name);
  }
  return segments;
}

/** The entry at a path, links not followed. */
export function nodeAt(root: DirectoryNode, path: string): TreeNode | undefined {
  let node: TreeNode | undefined = root;
  for (const name of segmentsOf(path)) {
    if (node?.kind !== 'directory') return undefined;
    node = node.children.get(name);
  }
  return node;
}

/** As many links as Linux follows in one path. */
const linkLimit = 40;

/**
 * The path with all symbolic links followed, as if the tree were the root of a file system: no link leads out of it.
 * Parts that do not exist are kept.
 * @throws PilotError CONTENT_HOSTILE when links go in a circle.
 */
export function resolveLinks(root: DirectoryNode, path: string): string {
  const pending = path.split('/').reverse();
  const resolved: string[] = [];
  let links = 0;
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      resolved.pop();
      continue;
    }
    const node = nodeAt(root, [...resolved, name].join('/'));
    if (node?.kind !== 'symlink') {
      resolved.push(name);
      continue;
    }
    links += 1;
    if (links > linkLimit) throw hostile(`the symbolic links on the way to /${path} go in a circle`);
    if (node.target.startsWith('/')) resolved.length = 0;
    pending.push(...node.target.split('/').reverse());
  }
  return resolved.join('/');
}

/** Last name of a path. */
export function baseName(path: string): string {
  return segmentsOf(path).at(-1) ?? '';
}

/** Path of the folder that holds a path. */
export function parentOf(path: string): string {
  return segmentsOf(path).slice(0, -1).join('/');
}

/** An error about content that breaks a rule that protects us. */
export function hostile(message: string): PilotError {
  return new PilotError('CONTENT_HOSTILE', message, {
    hint: 'Look at where this content comes from before you use it.',
  });
}
