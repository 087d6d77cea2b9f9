import type { Database } from './database.ts';

/** A stored manifest: its exact bytes. */
export interface StoredManifest {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** What content there is and which repository may hand it out. The bytes of blobs are files, see {@link BlobFiles}. */
export class Contents {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  sizeOf(digest: string): number | undefined {
    return this.#database.one<{ sizeBytes: number }>('SELECT sizeBytes FROM blobs WHERE digest = ?', digest)?.sizeBytes;
  }

  isLinked(repository: string, digest: string): boolean {
    const sql = 'SELECT 1 FROM repositoryBlobs WHERE repository = ? AND digest = ?';
    return this.#database.one(sql, repository, digest) !== undefined;
  }

  /** The SHA-256 digest of a blob that the repository has under this digest, whatever its algorithm. */
  resolve(repository: string, digest: string): string | undefined {
    if (this.isLinked(repository, digest)) return digest;
    const sql = `SELECT digest FROM blobAliases JOIN repositoryBlobs USING (repository, digest)
      WHERE repository = ? AND alias = ?`;
    return this.#database.one<{ digest: string }>(sql, repository, digest)?.digest;
  }

  /** Remembers the digest of another algorithm under which the repository got a blob. */
  alias(repository: string, alias: string, digest: string): void {
    const sql = 'INSERT OR IGNORE INTO blobAliases (repository, alias, digest) VALUES (?, ?, ?)';
    this.#database.run(sql, repository, alias, digest);
  }

  /** Remembers a blob, and that the repository has it. */
  link(repository: string, digest: string, sizeBytes: number): void {
    this.#database.run('INSERT OR IGNORE INTO blobs (digest, sizeBytes) VALUES (?, ?)', digest, sizeBytes);
    this.#database.run('INSERT OR IGNORE INTO repositoryBlobs (repository, digest) VALUES (?, ?)', repository, digest);
  }

  /** Takes a digest of a blob away from a repository; gives whether it had it. The blob's other digests stay. */
  unlink(repository: string, digest: string): boolean {
    const sqls = [
      'DELETE FROM repositoryBlobs WHERE repository = ? AND digest = ?',
      'DELETE FROM blobAliases WHERE repository = ? AND alias = ?',
    ];
    return sqls.some((sql) => this.#database.run(sql, repository, digest).changes > 0);
  }

  manifest(digest: string): StoredManifest | undefined {
    return this.#database.one<StoredManifest>('SELECT mediaType, bytes FROM manifests WHERE digest = ?', digest);
  }

  /** Remembers a manifest, and that the repository has it. */
  putManifest(repository: string, digest: string, manifest: StoredManifest): void {
    this.#database.run('INSERT OR IGNORE INTO blobs (digest, sizeBytes) VALUES (?, ?)', digest, manifest.bytes.length);
    const sql = 'INSERT OR IGNORE INTO manifests (digest, mediaType, bytes) VALUES (?, ?, ?)';
    this.#database.run(sql, digest, manifest.mediaType, manifest.bytes);
    this.linkManifest(repository, digest);
  }

  linkManifest(repository: string, digest: string): void {
    const sql = 'INSERT OR IGNORE INTO repositoryManifests (repository, digest) VALUES (?, ?)';
    this.#database.run(sql, repository, digest);
  }

  /** Whether a manifest was ever brought to a repository: when its artifact is deleted, the registry keeps it. */
  hasManifest(repository: string, digest: string): boolean {
    const sql = 'SELECT 1 FROM repositoryManifests WHERE repository = ? AND digest = ?';
    return this.#database.one(sql, repository, digest) !== undefined;
  }
}
