import type { Database } from './database.ts';
import { zeroTime } from './times.ts';

/** A movable name of an artifact. */
export interface Tag {
  readonly id: number;
  readonly repositoryId: number;
  readonly artifactId: number;
  readonly name: string;
  readonly pushedAt: string;
  readonly pulledAt: string;
}

/** Tags by repository and by artifact. */
export class Tags {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  ofRepository(repositoryId: number): Tag[] {
    return this.#database.all<Tag>('SELECT * FROM tags WHERE repositoryId = ?', repositoryId);
  }

  ofArtifact(artifactId: number): Tag[] {
    return this.#database.all<Tag>(
      'SELECT * FROM tags WHERE artifactId = ? ORDER BY pushedAt DESC, id DESC',
      artifactId,
    );
  }

  byName(repositoryId: number, name: string): Tag | undefined {
    return this.#database.one<Tag>('SELECT * FROM tags WHERE repositoryId = ? AND name = ?', repositoryId, name);
  }

  /** Makes the tag, or moves it from another artifact; gives whether it was elsewhere. */
  put(repositoryId: number, artifactId: number, name: string, now: string): boolean {
    const found = this.byName(repositoryId, name);
    if (found === undefined) {
      this.#database.insert('tags', { repositoryId, artifactId, name, pushedAt: now, pulledAt: zeroTime });
    } else if (found.artifactId !== artifactId) {
      this.#database.update('tags', found.id, { artifactId, pushedAt: now });
    }
    return found?.artifactId !== artifactId;
  }

  touch(id: number, now: string): void {
    this.#database.update('tags', id, { pulledAt: now });
  }

  delete(id: number): void {
    this.#database.run('DELETE FROM tags WHERE id = ?', id);
  }
}
