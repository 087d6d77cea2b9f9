import { createHash } from 'node:crypto';
import { type DirectoryNode, emptyDirectory, nodeAt, segmentsOf, type TreeNode } from './tree.ts';

/** Owner of new files. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** A layer before it is written: what changed, and the file tree with the changes. */
export interface LayerDraft {
  readonly tree: DirectoryNode;
  /** By path without a leading slash. */
  readonly entries: Map<string, TreeNode>;
}

/** A draft over a file tree, which it changes. */
export function draftOver(tree: DirectoryNode): LayerDraft {
  return { tree, entries: new Map() };
}

/** Puts an entry at a path whose parent exists; a folder keeps the entries it had. */
export function put(draft: LayerDraft, path: string, node: TreeNode): void {
  const segments = segmentsOf(path);
  const name = segments.pop();
  if (name === undefined) return;
  const parent = nodeAt(draft.tree, segments.join('/'));
  if (parent?.kind !== 'directory') throw new Error(`/${segments.join('/')} is not a folder`);
  const existing = parent.children.get(name);
  const children = existing?.kind === 'directory' ? existing.children : new Map<string, TreeNode>();
  const placed = node.kind === 'directory' ? { ...node, children } : node;
  parent.children.set(name, placed);
  draft.entries.set([...segments, name].join('/'), placed);
}

/**
 * Makes the missing folders of a path (mode 0755), links not followed.
 * @returns the path of something on the way that is not a folder, or undefined when all is well.
 */
export function makeDirectories(draft: LayerDraft, path: string, owner: Owner): string | undefined {
  let made = '';
  for (const name of segmentsOf(path)) {
    made = made === '' ? name : `${made}/${name}`;
    const existing = nodeAt(draft.tree, made);
    if (existing === undefined) put(draft, made, { ...emptyDirectory(), uid: owner.uid, gid: owner.gid });
    else if (existing.kind !== 'directory') return made;
  }
  return undefined;
}

/** Entries in the order of the tar: by path, so that a folder comes before what is in it. */
export function sortedEntries(entries: ReadonlyMap<string, TreeNode>): [string, TreeNode][] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Equal keys mean equal layers, so that a layer that all platforms share is written once. */
export function layerKey(entries: ReadonlyMap<string, TreeNode>): string {
  const hash = createHash('sha256');
  for (const [path, node] of sortedEntries(entries)) {
    const content = node.kind === 'file' ? [node.sizeBytes, node.content.key] : [];
    const target = node.kind === 'symlink' ? [node.target] : [];
    hash.update(JSON.stringify([path, node.kind, node.mode, node.uid, node.gid, ...content, ...target]));
  }
  return hash.digest('hex');
}
