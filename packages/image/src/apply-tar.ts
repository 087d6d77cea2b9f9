import { type LayerDraft, makeDirectories, type Owner, put } from './layer-draft.ts';
import type { TarEntry } from './tar-entries.ts';
import {
  baseName,
  emptyDirectory,
  type FileContent,
  hostile,
  nodeAt,
  parentOf,
  resolveLinks,
  segmentsOf,
  type TreeNode,
} from './tree.ts';

/** How a tar is laid over a file tree. */
export interface TarUse {
  /** What the tar is, for errors. */
  readonly name: string;
  /** Folder it is unpacked into; empty for the root. */
  readonly into: string;
  /** Whether `.wh.` names delete (OCI image spec 1.1.1, layer.md), as in layers. */
  readonly whiteouts: boolean;
  /** Owner of everything, instead of those in the tar. */
  readonly owner?: Owner | undefined;
  contentOf(entry: TarEntry): FileContent;
}

/**
 * Lays the entries of a tar over the tree of a draft. Links in the way are followed inside the tree only.
 * @throws PilotError CONTENT_HOSTILE for a path that leads out, or a hard link to nothing.
 */
export async function applyTar(draft: LayerDraft, entries: AsyncIterable<TarEntry>, use: TarUse): Promise<void> {
  const written = new Set<string>();
  for await (const entry of entries) {
    const path = placeOf(draft, entry.path, use);
    if (path === undefined) continue;
    const name = baseName(path);
    if (use.whiteouts && name.startsWith('.wh.')) {
      applyWhiteout(draft, path, name, written);
      continue;
    }
    const blocker = makeDirectories(draft, parentOf(path), { uid: 0, gid: 0 });
    if (blocker !== undefined) throw hostile(`${use.name}: ${entry.path} lies below /${blocker}, which is no folder`);
    put(draft, path, toNode(draft, entry, use));
    written.add(path);
  }
}

/** Where an entry lands; undefined for the root itself. */
function placeOf(draft: LayerDraft, path: string, { name, into }: TarUse): string | undefined {
  if (path.split('/').includes('..')) throw hostile(`${name} has the path "${path}", which leads out of it`);
  const segments = segmentsOf(path);
  const last = segments.pop();
  if (last === undefined) return undefined;
  const parent = resolveLinks(draft.tree, [into, ...segments].join('/'));
  return parent === '' ? last : `${parent}/${last}`;
}

/** A whiteout deletes what layers below have, never what its own layer brings. */
function applyWhiteout(draft: LayerDraft, path: string, name: string, written: ReadonlySet<string>): void {
  const folder = nodeAt(draft.tree, parentOf(path));
  if (folder?.kind !== 'directory') return;
  const opaque = name === '.wh..wh..opq';
  const doomed = opaque ? [...folder.children.keys()] : [name.slice('.wh.'.length)];
  const prefix = parentOf(path) === '' ? '' : `${parentOf(path)}/`;
  for (const child of doomed) if (!written.has(`${prefix}${child}`)) folder.children.delete(child);
}

function toNode(draft: LayerDraft, entry: TarEntry, use: TarUse): TreeNode {
  const { mode } = entry;
  const { uid, gid } = use.owner ?? entry;
  if (entry.kind === 'directory') return { ...emptyDirectory(), mode, uid, gid };
  if (entry.kind === 'symlink') return { kind: 'symlink', mode: 0o777, uid, gid, target: entry.target };
  if (entry.kind === 'special') return { kind: 'special', mode, uid, gid };
  if (entry.kind === 'file') {
    return { kind: 'file', mode, uid, gid, sizeBytes: entry.sizeBytes, content: use.contentOf(entry) };
  }
  const target = placeOf(draft, entry.target, use);
  const linked = target === undefined ? undefined : nodeAt(draft.tree, target);
  if (linked === undefined || linked.kind === 'directory') {
    throw hostile(`${use.name}: the hard link ${entry.path} leads to "${entry.target}", which is no file before it`);
  }
  return linked;
}
