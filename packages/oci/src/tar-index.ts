import type { FileHandle } from 'node:fs/promises';
import { posix } from 'node:path';
import { PilotError } from '@harbor-pilot/core';
import { parseTarHeader, type TarHeader, tarBlockBytes, tarPaddingBytes } from './tar-header.ts';
import { openFile } from './verified-file.ts';

/** Where an entry is in a tar file. */
export interface TarEntry {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** What is said of an entry before its header. */
interface Extension {
  readonly name?: string;
  readonly linkName?: string;
  readonly sizeBytes?: number;
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
  const file = await openFile(path);
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
  let extension: Extension = {};
  let count = 0;
  for (let at = 0; at + tarBlockBytes <= size; count += 1) {
    const header = parseTarHeader(await bytesAt(file, at, tarBlockBytes));
    if (header === undefined) break;
    const offset = at + tarBlockBytes;
    const isExtension = ['x', 'L', 'K'].includes(header.type);
    const sizeBytes = isExtension ? header.sizeBytes : (extension.sizeBytes ?? header.sizeBytes);
    at = offset + sizeBytes + tarPaddingBytes(sizeBytes);
    if (!(sizeBytes >= 0) || offset + sizeBytes > size || count > entryLimit) throw hostile(path);
    if (isExtension) {
      if (sizeBytes > extensionLimitBytes) throw hostile(path);
      extension = { ...extension, ...extensionOf(header, await bytesAt(file, offset, sizeBytes)) };
      continue;
    }
    const name = posix.normalize(extension.name ?? header.name);
    const linkName = extension.linkName ?? header.linkName;
    extension = {};
    if (header.type === '0') files.set(name, { offset, sizeBytes });
    if (header.type === '2') links.set(name, posix.join(posix.dirname(name), linkName));
    if (header.type === '1') links.set(name, posix.normalize(linkName));
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

/** A pax header, or a GNU long name. Go writes the size of a layer of more than 8 GiB only so. */
function extensionOf({ type }: TarHeader, bytes: Buffer): Extension {
  const text = bytes.toString('utf8');
  if (type === 'L') return { name: text.replace(/\0.*$/s, '') };
  if (type === 'K') return { linkName: text.replace(/\0.*$/s, '') };
  const records = new Map(
    [...text.matchAll(/^\d+ (path|linkpath|size)=(.*)$/gm)].map(([, key, value]) => [key, value]),
  );
  const [name, linkName, size] = [records.get('path'), records.get('linkpath'), records.get('size')];
  return {
    ...(name === undefined ? {} : { name }),
    ...(linkName === undefined ? {} : { linkName }),
    ...(size === undefined ? {} : { sizeBytes: Number.parseInt(size, 10) }),
  };
}

function hostile(path: string): PilotError {
  return new PilotError('CONTENT_HOSTILE', `the archive ${path} is cut off, or breaks a limit`, {
    hint: 'Write it again; "docker save" and "skopeo copy" write good ones.',
  });
}
