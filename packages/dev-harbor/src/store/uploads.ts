import type { Database } from './database.ts';

/** Uploads under way. */
export class Uploads {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  begin(id: string, repository: string): void {
    this.#database.insert('uploads', { id, repository });
  }

  exists(id: string, repository: string): boolean {
    return this.#database.one('SELECT 1 FROM uploads WHERE id = ? AND repository = ?', id, repository) !== undefined;
  }

  end(id: string): void {
    this.#database.run('DELETE FROM uploads WHERE id = ?', id);
  }
}
