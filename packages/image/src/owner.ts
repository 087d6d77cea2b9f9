import { text } from 'node:stream/consumers';
import { invalidAt, type SourceLine } from './dockerfile.ts';
import type { Owner } from './layer-draft.ts';
import { type DirectoryNode, hostile, nodeAt, resolveLinks } from './tree.ts';

/**
 * Reads `user[:group]` of --chown or USER: numbers, or names of the stage's /etc/passwd and /etc/group. A number without a
 * group is the group too (as in BuildKit).
 * @throws PilotError DOCKERFILE_INVALID when a name is not there.
 */
export async function resolveOwner(value: string, tree: DirectoryNode, at: SourceLine): Promise<Owner> {
  const [user = '', group, ...rest] = value.split(':');
  if (user === '' || group === '' || rest.length > 0) {
    throw invalidAt(at, `"${value}" is not an owner`, 'Write user or user:group, as names or numbers.');
  }
  const owner = isId(user) ? { uid: Number(user), gid: Number(user) } : await findUser(user, tree, at);
  if (group === undefined) return owner;
  return { uid: owner.uid, gid: isId(group) ? Number(group) : await findGroup(group, tree, at) };
}

function isId(value: string): boolean {
  return /^[0-9]{1,10}$/.test(value) && Number(value) < 2 ** 32;
}

async function findUser(name: string, tree: DirectoryNode, at: SourceLine): Promise<Owner> {
  const row = (await readTable(tree, 'etc/passwd')).find(([first]) => first === name);
  if (row?.[2] === undefined || row[3] === undefined || !isId(row[2]) || !isId(row[3])) {
    throw invalidAt(at, `the stage has no user "${name}" in /etc/passwd`, 'Use a number, or copy a passwd file first.');
  }
  return { uid: Number(row[2]), gid: Number(row[3]) };
}

async function findGroup(name: string, tree: DirectoryNode, at: SourceLine): Promise<number> {
  const row = (await readTable(tree, 'etc/group')).find(([first]) => first === name);
  if (row?.[2] === undefined || !isId(row[2])) {
    throw invalidAt(at, `the stage has no group "${name}" in /etc/group`, 'Use a number, or copy a group file first.');
  }
  return Number(row[2]);
}

const tableLimitBytes = 4 * 1024 * 1024;

async function readTable(tree: DirectoryNode, path: string): Promise<string[][]> {
  const node = nodeAt(tree, resolveLinks(tree, path));
  if (node?.kind !== 'file') return [];
  if (node.sizeBytes > tableLimitBytes) throw hostile(`/${path} of the stage is larger than ${tableLimitBytes} bytes`);
  return (await text(await node.content.open())).split('\n').map((line) => line.split(':'));
}
