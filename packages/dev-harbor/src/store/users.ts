import type { Database } from './database.ts';

/** A person that may sign in. */
export interface User {
  readonly id: number;
  readonly username: string;
  /** Salted hash, see access/secrets.ts. */
  readonly password: string;
  readonly email: string;
  readonly realname: string;
  readonly comment: string;
  readonly isAdministrator: 0 | 1;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Users by id and by name. */
export class Users {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): User[] {
    return this.#database.all<User>('SELECT * FROM users ORDER BY id');
  }

  byId(id: number): User | undefined {
    return this.#database.one<User>('SELECT * FROM users WHERE id = ?', id);
  }

  byName(username: string): User | undefined {
    return this.#database.one<User>('SELECT * FROM users WHERE username = ?', username);
  }

  /** Those who may sign in under a name: users are known by their names and by their e-mail addresses. */
  byLogin(name: string): User[] {
    return this.#database.all<User>("SELECT * FROM users WHERE ?1 IN (username, email) AND ?1 <> ''", name);
  }

  hasEmail(email: string): boolean {
    return this.#database.one('SELECT 1 FROM users WHERE email = ?', email) !== undefined;
  }

  create(user: Omit<User, 'id'>): number {
    return this.#database.insert('users', { ...user });
  }

  change(id: number, change: Partial<Omit<User, 'id'>>): void {
    this.#database.update('users', id, { ...change });
  }

  delete(id: number): void {
    this.#database.run('DELETE FROM users WHERE id = ?', id);
  }
}
