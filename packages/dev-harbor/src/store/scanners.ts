import type { Database } from './database.ts';

/** A registered scanner adapter. */
export interface Scanner {
  readonly uuid: string;
  readonly name: string;
  readonly description: string;
  readonly url: string;
  readonly isDisabled: 0 | 1;
  readonly isDefault: 0 | 1;
  readonly auth: string;
  readonly credential: string;
  readonly skipsVerification: 0 | 1;
  readonly usesInternalAddress: 0 | 1;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Scanner registrations. At most one is the default. */
export class Scanners {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The default one first, then the newest first. */
  all(): Scanner[] {
    return this.#database.all<Scanner>('SELECT * FROM scanners ORDER BY isDefault DESC, createdAt DESC');
  }

  byId(uuid: string): Scanner | undefined {
    return this.#database.one<Scanner>('SELECT * FROM scanners WHERE uuid = ?', uuid);
  }

  byName(name: string): Scanner | undefined {
    return this.#database.one<Scanner>('SELECT * FROM scanners WHERE name = ?', name);
  }

  byUrl(url: string): Scanner | undefined {
    return this.#database.one<Scanner>('SELECT * FROM scanners WHERE url = ?', url);
  }

  default(): Scanner | undefined {
    return this.#database.one<Scanner>('SELECT * FROM scanners WHERE isDefault = 1');
  }

  create(scanner: Scanner): void {
    this.#database.insert('scanners', { ...scanner });
  }

  change(uuid: string, change: Partial<Omit<Scanner, 'uuid'>>): void {
    const columns = Object.keys(change).map((column) => `${column} = ?`);
    this.#database.run(`UPDATE scanners SET ${columns.join(', ')} WHERE uuid = ?`, ...Object.values(change), uuid);
  }

  makeDefault(uuid: string): void {
    this.#database.run('UPDATE scanners SET isDefault = (uuid = ?)', uuid);
  }

  delete(uuid: string): void {
    this.#database.run('DELETE FROM scanners WHERE uuid = ?', uuid);
  }
}
