import { type FileHandle, open } from 'node:fs/promises';
import { posix } from 'node:path';
import { PilotError } from '@harbor-pilot/core';
import { parseTarHeader, type TarHeader, tarBlockBytes, tarPaddingBytes } from './tar-header.ts';

/** Where an entry is in a tar file. */
export interface TarEntry {
  readonly offset: number;
  readonly sizeBytes: number;
}

// More than any image has.
const entryLimit = 100_000;
const extensionLimitBytes = 64 * 1024;
const linkLimit = 10;

/**
 * Finds the files of a tar file, without reading what is in them. Links lead to what they name.
 * @throws PilotError FILE_UNREADABLE, CONTENT_HOSTILE
 */
export async function indexTar(path: string): Promise<ReadonlyMap<string, TarEntry>> {
  const file = await open(path).catch((cause: unknown) => {
    throw new PilotError('FILE_UNREADABLE', `the archive ${path} cannot be read`, { cause, hint: 'Check the path.' });
  });
  try {
    return await readEntries(file, path);
  } finally {
    await file.close();
  }
}

async function readEntries(file: FileHandle, path: string): Promise<ReadonlyMap<string, TarEntry>> {
  const { size } = await file.stat();
  const files = new Map<string, TarEntry>();
  const links = new Map<string, string>();
  let longName: string | undefined;
  let count = 0;
  for (let at = 0; at + tarBlockBytes <= size; count += 1) {
    const header = parseTarHeader(await bytesAt(file, at, tarBlockBytes));
    if (header === undefined) break;
    const offset = at + tarBlockBytes;
    const { sizeBytes } = header;
    at = offset + sizeBytes + tarPaddingBytes(sizeBytes);
    if (!(sizeBytes >= 0) || offset + sizeBytes > size || count > entryLimit) throw hostile(path);
    if (header.type === 'x' || header.type === 'L') {
      if (sizeBytes > extensionLimitBytes) throw hostile(path);
      longName = longNameOf(header, await bytesAt(file, offset, sizeBytes)) ?? longName;
      continue;
    }
    const name = posix.normalize(longName ?? header.name);
    longName = undefined;
    if (header.type === '0') files.set(name, { offset, sizeBytes });
    if (header.type === '2') links.set(name, posix.join(posix.dirname(name), header.linkName));
    if (header.type === '1') links.set(name, posix.normalize(header.linkName));
  }
  for (const name of links.keys()) follow(name, files, links);
  return files;
}

function follow(name: string, files: Map<string, TarEntry>, links: ReadonlyMap<string, string>): void {
  let target: string | undefined = name;
  for (let hops = 0; target !== undefined && hops < linkLimit; hops += 1) {
    const entry = files.get(target);
    if (entry !== undefined) {
      files.set(name, entry);
      return;
    }
    target = links.get(target);
  }
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** The name of the next entry: `path` of a pax header, or a GNU long name. */
function longNameOf({ type }: TarHeader, bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  return type === 'L' ? text.replace(/\0.*$/s, '') : /^\d+ path=(.*)$/m.exec(text)?.[1];
}

function hostile(path: string): PilotError {
  return new PilotError('CONTENT_HOSTILE', `the archive ${path} is cut off, or breaks a limit`, {
    hint: 'Write it again; "docker save" and "skopeo copy" write good ones.',
  });
}
