import type { Database } from './database.ts';

/** The storage limit of a project. */
export interface Quota {
  readonly id: number;
  readonly projectId: number;
  /** -1 for unlimited. */
  readonly limitBytes: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Quotas, and what counts against them: every blob and manifest of a project once. */
export class Quotas {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): Quota[] {
    return this.#database.all<Quota>('SELECT * FROM quotas ORDER BY id DESC');
  }

  byId(id: number): Quota | undefined {
    return this.#database.one<Quota>('SELECT * FROM quotas WHERE id = ?', id);
  }

  ofProject(projectId: number): Quota | undefined {
    return this.#database.one<Quota>('SELECT * FROM quotas WHERE projectId = ?', projectId);
  }

  setLimit(id: number, limitBytes: number, now: string): void {
    this.#database.update('quotas', id, { limitBytes, updatedAt: now });
  }

  usedBytes(projectId: number): number {
    const sql =
      'SELECT coalesce(sum(sizeBytes), 0) AS used FROM projectBlobs JOIN blobs USING (digest) WHERE projectId = ?';
    return this.#database.one<{ used: number }>(sql, projectId)?.used ?? 0;
  }

  /** All that is stored, what several projects share once. */
  totalBytes(): number {
    return this.#database.one<{ used: number }>('SELECT coalesce(sum(sizeBytes), 0) AS used FROM blobs')?.used ?? 0;
  }

  holds(projectId: number, digest: string): boolean {
    const sql = 'SELECT 1 FROM projectBlobs WHERE projectId = ? AND digest = ?';
    return this.#database.one(sql, projectId, digest) !== undefined;
  }

  count(projectId: number, digest: string): void {
    this.#database.run('INSERT OR IGNORE INTO projectBlobs (projectId, digest) VALUES (?, ?)', projectId, digest);
  }

  /** Stops counting those of the given blobs that no artifact of the project has any more. */
  release(projectId: number, digests: readonly string[]): void {
    const sql = `DELETE FROM projectBlobs WHERE projectId = ?1 AND digest = ?2 AND NOT EXISTS (
      SELECT 1 FROM artifactBlobs JOIN artifacts ON artifacts.id = artifactId JOIN repositories ON repositories.id = repositoryId
      WHERE artifactBlobs.digest = ?2 AND projectId = ?1)`;
    for (const digest of digests) this.#database.run(sql, projectId, digest);
  }
}
