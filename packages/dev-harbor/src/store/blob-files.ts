import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, type ReadStream } from 'node:fs';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What every blob is stored by, whatever digest it came with. */
const canonicalAlgorithm = 'sha256';

/** Blobs as files named by digest. What is being uploaded lies under another name until it is complete and synced. */
export class BlobFiles {
  readonly directory: string;
  readonly #blobs: string;
  readonly #uploads: string;
  /** Running digests of uploads; after a restart they are made again from the files. */
  readonly #hashes = new Map<string, Hash>();

  constructor(directory: string) {
    this.directory = directory;
    this.#blobs = join(directory, 'blobs');
    this.#uploads = join(directory, 'uploads');
    for (const folder of [this.#blobs, this.#uploads]) mkdirSync(folder, { recursive: true });
  }

  async begin(upload: string): Promise<void> {
    const file = await open(this.#upload(upload), 'wx');
    await file.close();
    this.#hashes.set(upload, createHash(canonicalAlgorithm));
  }

  /** Adds to an upload as fast as the disk takes it; gives its size afterwards, in bytes. */
  async append(upload: string, content: Readable): Promise<number> {
    const hash = await this.#hash(upload);
    const file = createWriteStream(this.#upload(upload), { flags: 'a' });
    try {
      await pipeline(
        content,
        async function* (chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            hash.update(chunk);
            yield chunk;
          }
        },
        file,
      );
    } catch (error) {
      // The file may hold less than the hash has seen.
      this.#hashes.delete(upload);
      throw error;
    }
    return this.sizeOfUpload(upload);
  }

  async sizeOfUpload(upload: string): Promise<number> {
    return (await stat(this.#upload(upload))).size;
  }

  /** The digest of what was uploaded so far. By another algorithm than SHA-256, all of it is read once more. */
  async digestOfUpload(upload: string, algorithm = canonicalAlgorithm): Promise<string> {
    const isCanonical = algorithm === canonicalAlgorithm;
    const hash = isCanonical ? (await this.#hash(upload)).copy() : await hashOf(this.#upload(upload), algorithm);
    return `${algorithm}:${hash.digest('hex')}`;
  }

  /** Makes an upload the blob of that digest. */
  async finish(upload: string, digest: string): Promise<void> {
    const file = await open(this.#upload(upload), 'r+');
    await file.sync();
    await file.close();
    await rename(this.#upload(upload), this.#blob(digest));
    this.#hashes.delete(upload);
  }

  async cancel(upload: string): Promise<void> {
    this.#hashes.delete(upload);
    await rm(this.#upload(upload), { force: true });
  }

  /** Reads a blob, or only the bytes from `start` to `end`, both included. */
  read(digest: string, range?: { readonly start: number; readonly end: number }): ReadStream {
    return createReadStream(this.#blob(digest), range);
  }

  /** Reads a small blob whole, such as an image's configuration; undefined when it is not there. */
  async readAll(digest: string): Promise<Buffer | undefined> {
    return readFile(this.#blob(digest)).catch(() => undefined);
  }

  async #hash(upload: string): Promise<Hash> {
    const known = this.#hashes.get(upload);
    if (known !== undefined) return known;
    const hash = await hashOf(this.#upload(upload), canonicalAlgorithm);
    this.#hashes.set(upload, hash);
    return hash;
  }

  #upload(id: string): string {
    return join(this.#uploads, id);
  }

  #blob(digest: string): string {
    return join(this.#blobs, digest.replace(':', '-'));
  }
}

async function hashOf(path: string, algorithm: string): Promise<Hash> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash;
}
