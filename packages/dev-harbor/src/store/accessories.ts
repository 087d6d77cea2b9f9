import type { Database } from './database.ts';

/** Harbor's record of a referrer; it may be older than its subject. */
export interface Accessory {
  readonly id: number;
  /** The artifact that is the accessory. */
  readonly artifactId: number;
  readonly repositoryId: number;
  /** Digest of what it is about. */
  readonly subject: string;
  readonly type: string;
  readonly createdAt: string;
  readonly digest: string;
  readonly sizeBytes: number;
}

const select = 'SELECT accessories.*, digest, sizeBytes FROM accessories JOIN artifacts ON artifacts.id = artifactId';

/** Accessories by their subject. */
export class Accessories {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  about(repositoryId: number, subject: string): Accessory[] {
    const sql = `${select} WHERE accessories.repositoryId = ? AND accessories.subject = ? ORDER BY accessories.id`;
    return this.#database.all<Accessory>(sql, repositoryId, subject);
  }

  ofArtifact(artifactId: number): Accessory | undefined {
    return this.#database.one<Accessory>(`${select} WHERE artifactId = ?`, artifactId);
  }

  put(accessory: Omit<Accessory, 'id' | 'digest' | 'sizeBytes'>): void {
    if (this.ofArtifact(accessory.artifactId) === undefined) this.#database.insert('accessories', { ...accessory });
  }
}
