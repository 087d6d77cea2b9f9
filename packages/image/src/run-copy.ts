import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { compressionOf, isTarHeader, magicBytes, tarBlockBytes } from '@harbor-pilot/oci';
import { applyTar } from './apply-tar.ts';
import type { Command, CopyCommand } from './command.ts';
import { type CopyOrigin, type CopyTarget, copyMatch, ensureFolder, findMatches } from './copy.ts';
import { decompress, readHead } from './decompress.ts';
import { invalidAt } from './dockerfile.ts';
import { expand } from './expand.ts';
import { draftOver, type LayerDraft, layerKey, put, sortedEntries } from './layer-draft.ts';
import { resolveOwner } from './owner.ts';
import { absolutePath, type StageState, variablesOf } from './stage-state.ts';
import { baseName, type DirectoryNode, emptyDirectory, type FileNode } from './tree.ts';
import { openTar } from './unpack.ts';

/** What a copy needs besides the stage. */
export interface CopySurroundings {
  readonly origin: CopyOrigin;
  readonly workDirectory: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * Runs COPY or ADD: what changes becomes a layer of the stage.
 * @returns whether there is a layer: not when nothing changed.
 * @throws PilotError DOCKERFILE_INVALID or CONTENT_HOSTILE
 */
export async function runCopy(
  action: CopyCommand,
  command: Command,
  state: StageState,
  surroundings: CopySurroundings,
): Promise<boolean> {
  const { at, escapeWith } = command;
  const variables = variablesOf(state);
  const filled = (text: string): string => expand(text, { variables, escapeWith, at });
  const tree = await state.tree();
  const destination = absolutePath(state, filled(action.destination));
  if (action.sources.length + action.heredocs.length > 1 && !destination.endsWith('/')) {
    throw invalidAt(at, `${action.keyword} of several sources needs a folder`, `End the destination with "/".`);
  }
  const draft = draftOver(action.link ? emptyDirectory() : tree);
  const owner = action.chown === undefined ? undefined : await resolveOwner(filled(action.chown), tree, at);
  const mode = action.chmod === undefined ? undefined : parseMode(filled(action.chmod), command);
  const target: CopyTarget = { draft, destination, at, owner, mode };
  for (const source of action.sources) {
    for (const match of findMatches(surroundings.origin, filled(source), at)) {
      const { node } = match;
      const unpacked = action.unpack && node.kind === 'file' && (await unpackInto(target, node, surroundings));
      if (!unpacked) copyMatch(match, target);
    }
  }
  for (const heredoc of action.heredocs) {
    const body = heredoc.expands ? expand(heredoc.body, { variables, escapeWith, at, quotes: false }) : heredoc.body;
    copyMatch({ path: heredoc.name, node: heredocFile(body) }, target);
  }
  if (action.link) layOver(tree, draft);
  return addLayer(state, draft);
}

/** Makes a layer of a draft, unless nothing changed. */
export function addLayer(state: StageState, { entries }: LayerDraft): boolean {
  if (entries.size === 0) return false;
  state.layers.push({ kind: 'new', layer: { key: layerKey(entries), entries } });
  return true;
}

function parseMode(text: string, { at }: Command): number {
  if (/^[0-7]{3,5}$/.test(text)) return Number.parseInt(text, 8) & 0o7777;
  throw invalidAt(at, `--chmod=${text} is not a mode`, 'Write it in octal, --chmod=755.');
}

function heredocFile(body: string): FileNode {
  const bytes = Buffer.from(body);
  const key = `text:${createHash('sha256').update(bytes).digest('hex')}`;
  const content = { key, open: async () => Readable.from([bytes]) };
  return { kind: 'file', mode: 0o644, uid: 0, gid: 0, sizeBytes: bytes.length, content };
}

/** What a linked layer, which does not know the tree, brings into the tree. */
function layOver(tree: DirectoryNode, { entries }: LayerDraft): void {
  const draft = draftOver(tree);
  for (const [path, node] of sortedEntries(entries)) put(draft, path, node);
}

/** Unpacks a tar for ADD; false when the file is none, which is then copied as it is. */
async function unpackInto(
  target: CopyTarget,
  node: FileNode,
  { workDirectory, signal }: CopySurroundings,
): Promise<boolean> {
  const { at, draft, owner } = target;
  const compression = compressionOf(await readHead(await node.content.open(), magicBytes));
  if (compression === 'bzip2' || compression === 'xz') {
    throw invalidAt(
      at,
      `ADD does not unpack ${compression}`,
      'Compress the archive with gzip or zstd, or use COPY when the file is to stay as it is.',
    );
  }
  const head = await readHead(decompress(await node.content.open(), compression), tarBlockBytes).catch(() => undefined);
  if (head === undefined || !isTarHeader(head)) return false;
  const { key } = node.content;
  const fileName = `${createHash('sha256').update(key).digest('hex')}.add.tar`;
  const name = `the archive ${baseName(key)}`;
  const tar = await openTar({ name, key, fileName, open: node.content.open }, workDirectory, signal);
  const into = ensureFolder(target, target.destination);
  const use = { name, into, whiteouts: false, contentOf: tar.contentOf, owner };
  await applyTar(draft, tar.entries(), use);
  return true;
}
