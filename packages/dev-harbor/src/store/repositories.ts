import type { Database } from './database.ts';

/** A repository: a path with artifacts below a project. */
export interface Repository {
  readonly id: number;
  readonly projectId: number;
  /** With its project, `acme/app`. */
  readonly name: string;
  readonly description: string;
  readonly pullCount: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Repositories by name. */
export class Repositories {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): Repository[] {
    return this.#database.all<Repository>('SELECT * FROM repositories ORDER BY id DESC');
  }

  ofProject(projectId: number): Repository[] {
    return this.#database.all<Repository>('SELECT * FROM repositories WHERE projectId = ? ORDER BY id DESC', projectId);
  }

  /** Names of those that have tags, in the order of their bytes. */
  withTags(): string[] {
    const sql = 'SELECT name FROM repositories WHERE id IN (SELECT repositoryId FROM tags) ORDER BY name';
    return this.#database.all<{ name: string }>(sql).map(({ name }) => name);
  }

  count(projectId: number): number {
    const sql = 'SELECT count(*) AS count FROM repositories WHERE projectId = ?';
    return this.#database.one<{ count: number }>(sql, projectId)?.count ?? 0;
  }

  byName(name: string): Repository | undefined {
    return this.#database.one<Repository>('SELECT * FROM repositories WHERE name = ?', name);
  }

  byId(id: number): Repository | undefined {
    return this.#database.one<Repository>('SELECT * FROM repositories WHERE id = ?', id);
  }

  ensure(projectId: number, name: string, now: string): Repository {
    const found = this.byName(name);
    if (found !== undefined) return found;
    const row = { projectId, name, description: '', pullCount: 0, createdAt: now, updatedAt: now };
    return { id: this.#database.insert('repositories', row), ...row };
  }

  describe(id: number, description: string): void {
    this.#database.update('repositories', id, { description });
  }

  countPull(id: number, now: string): void {
    this.#database.run('UPDATE repositories SET pullCount = pullCount + 1, updatedAt = ? WHERE id = ?', now, id);
  }

  touch(id: number, now: string): void {
    this.#database.update('repositories', id, { updatedAt: now });
  }

  delete(id: number): void {
    this.#database.run('DELETE FROM repositories WHERE id = ?', id);
  }
}
