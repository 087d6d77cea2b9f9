import { invalidAt, type SourceLine } from './dockerfile.ts';
import { compileSegment, hasWildcard } from './go-match.ts';
import { type LayerDraft, makeDirectories, type Owner, put } from './layer-draft.ts';
import {
  baseName,
  type DirectoryNode,
  emptyDirectory,
  nodeAt,
  parentOf,
  resolveLinks,
  segmentsOf,
  type TreeNode,
} from './tree.ts';

/** Where copied entries go and what they become. */
export interface CopyTarget {
  readonly draft: LayerDraft;
  /** Absolute; a slash at its end says that it is a folder. */
  readonly destination: string;
  /** Instead of the owner of the source. */
  readonly owner?: Owner | undefined;
  /** Instead of the mode of the source. */
  readonly mode?: number | undefined;
  readonly at: SourceLine;
}

/** Where copied entries come from. */
export interface CopyOrigin {
  readonly tree: DirectoryNode;
  /** What the tree is, for errors: `the build context`. */
  readonly name: string;
  readonly hint?: string;
}

/** An entry that a source pattern means. */
export interface Match {
  /** As the pattern found it; its last name is kept at the destination. */
  readonly path: string;
  /** With the links on the way followed. */
  readonly node: TreeNode;
}

/**
 * What a source pattern means. Without wildcards it must exist; a pattern with wildcards may match nothing (as in BuildKit).
 * @throws PilotError DOCKERFILE_INVALID
 */
export function findMatches(origin: CopyOrigin, pattern: string, at: SourceLine): Match[] {
  const paths = hasWildcard(pattern) ? expandWildcards(origin, pattern, at) : [segmentsOf(pattern).join('/')];
  return paths.map((path) => {
    const node = nodeAt(origin.tree, resolveLinks(origin.tree, path));
    if (node !== undefined) return { path, node };
    throw invalidAt(at, `${origin.name} has no "${pattern}"`, origin.hint);
  });
}

/** Links before the first wildcard are followed, none behind it. */
function expandWildcards({ tree }: CopyOrigin, pattern: string, at: SourceLine): string[] {
  const segments = segmentsOf(pattern);
  const first = segments.findIndex(hasWildcard);
  let paths = [resolveLinks(tree, segments.slice(0, first).join('/'))];
  for (const segment of segments.slice(first)) {
    const matcher = compileSegment(segment);
    if (matcher === undefined) throw invalidAt(at, `the wildcards in "${pattern}" cannot be read`);
    paths = paths.flatMap((path) => {
      const folder = nodeAt(tree, path);
      const names = folder?.kind === 'directory' ? [...folder.children.keys()].sort() : [];
      return names.filter((name) => matcher.test(name)).map((name) => (path === '' ? name : `${path}/${name}`));
    });
  }
  return paths;
}

/**
 * Copies one match as BuildKit does: of a folder its content, into the destination; a file into the destination when that is
 * a folder, else under its name. Missing folders are made; links in the image are followed inside the image.
 * @throws PilotError DOCKERFILE_INVALID when a folder would replace a file or the other way round.
 */
export function copyMatch(match: Match, target: CopyTarget): void {
  const { draft, destination, at } = target;
  const isFolder = match.node.kind === 'directory';
  ensureFolder(target, destination.endsWith('/') ? destination : parentOf(destination));
  let place = resolveLinks(draft.tree, destination);
  if (!isFolder && nodeAt(draft.tree, place)?.kind === 'directory') place = `${place}/${baseName(match.path)}`;
  if (place === '' && !isFolder) throw invalidAt(at, 'the destination has no name');
  ensureFolder(target, parentOf(place));
  copyNode(match.node, place, target, false);
}

/** Makes the folder of a path and gives the path with its links followed. */
export function ensureFolder({ draft, owner, at }: CopyTarget, path: string): string {
  const resolved = resolveLinks(draft.tree, path);
  const blocker = makeDirectories(draft, resolved, owner ?? { uid: 0, gid: 0 });
  if (blocker !== undefined) throw invalidAt(at, `/${blocker} is there and is not a folder`);
  return resolved;
}

/** @param overwrite whether a folder takes the mode and owner of the source: not at the top of a copy, where only its content is meant. */
function copyNode(node: TreeNode, place: string, target: CopyTarget, overwrite: boolean): void {
  const { draft, owner, at } = target;
  const existing = nodeAt(draft.tree, place);
  if (node.kind === 'special') throw invalidAt(at, `/${place} would be a device, socket or pipe`);
  const owned = { ...node, ...owner };
  if (node.kind !== 'directory') {
    if (existing?.kind === 'directory') throw invalidAt(at, `a file cannot replace the folder /${place}`);
    put(draft, place, node.kind === 'file' ? { ...owned, mode: target.mode ?? node.mode } : owned);
    return;
  }
  if (existing !== undefined && existing.kind !== 'directory') {
    throw invalidAt(at, `a folder cannot replace /${place}, which is not one`);
  }
  if (overwrite) put(draft, place, { ...owned, mode: target.mode ?? node.mode });
  else if (existing === undefined) put(draft, place, { ...emptyDirectory(), ...owner, mode: target.mode ?? 0o755 });
  for (const [name, child] of node.children) {
    copyNode(child, place === '' ? name : `${place}/${name}`, target, true);
  }
}
