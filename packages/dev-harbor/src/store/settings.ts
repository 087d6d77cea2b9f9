import type { Database } from './database.ts';

/** Small values by name, kept as JSON. */
export class Settings {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get(key: string): unknown {
    const row = this.#database.one<{ value: string }>('SELECT value FROM settings WHERE key = ?', key);
    return row === undefined ? undefined : JSON.parse(row.value);
  }

  set(key: string, value: unknown): void {
    this.#database.run('INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)', key, JSON.stringify(value));
  }
}
