import type { Database } from './database.ts';

/** A project: the namespace of repositories, with its settings. */
export interface Project {
  readonly id: number;
  readonly name: string;
  readonly ownerId: number;
  /** Settings as Harbor keeps them: texts, only those that were ever set. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Ids of vulnerabilities that the pull policy ignores. */
  readonly allowlist: readonly string[];
  /** In seconds since 1970; the allowlist counts for nothing after it. */
  readonly allowlistExpiresAt: number | null;
  /** The scanner registration assigned to the project; null for the default one. */
  readonly scanner: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A user's role in a project. */
export interface Member {
  readonly id: number;
  readonly projectId: number;
  readonly userId: number;
  readonly username: string;
  readonly role: number;
}

interface ProjectRow extends Omit<Project, 'metadata' | 'allowlist'> {
  readonly metadata: string;
  readonly allowlist: string;
}

const projectOf = (row: ProjectRow): Project => ({
  ...row,
  metadata: JSON.parse(row.metadata),
  allowlist: JSON.parse(row.allowlist),
});

/** Projects and their members. */
export class Projects {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): Project[] {
    return this.#database.all<ProjectRow>('SELECT * FROM projects ORDER BY name').map(projectOf);
  }

  byId(id: number): Project | undefined {
    const row = this.#database.one<ProjectRow>('SELECT * FROM projects WHERE id = ?', id);
    return row && projectOf(row);
  }

  byName(name: string): Project | undefined {
    const row = this.#database.one<ProjectRow>('SELECT * FROM projects WHERE name = ?', name);
    return row && projectOf(row);
  }

  /** Creates a project with its quota; its owner becomes its administrator. */
  create(project: Pick<Project, 'name' | 'ownerId' | 'metadata'>, limitBytes: number, now: string): number {
    return this.#database.transaction(() => {
      const id = this.#database.insert('projects', {
        ...project,
        metadata: JSON.stringify(project.metadata),
        allowlist: '[]',
        createdAt: now,
        updatedAt: now,
      });
      this.#database.insert('members', { projectId: id, userId: project.ownerId, role: 1 });
      this.#database.insert('quotas', { projectId: id, limitBytes, createdAt: now, updatedAt: now });
      return id;
    });
  }

  /** Settings count as nothing of the project itself: it is as old as before. */
  setMetadata(id: number, metadata: Readonly<Record<string, string>>): void {
    this.#database.update('projects', id, { metadata: JSON.stringify(metadata) });
  }

  setAllowlist(id: number, items: readonly string[], expiresAt: number | null): void {
    this.#database.update('projects', id, { allowlist: JSON.stringify(items), allowlistExpiresAt: expiresAt });
  }

  setScanner(id: number, uuid: string): void {
    this.#database.update('projects', id, { scanner: uuid });
  }

  delete(id: number): void {
    this.#database.run('DELETE FROM projects WHERE id = ?', id);
  }

  /** The members of a project, by name. */
  members(projectId: number): Member[] {
    return this.#database.all<Member>(
      'SELECT members.*, username FROM members JOIN users ON users.id = userId WHERE projectId = ? ORDER BY username',
      projectId,
    );
  }

  addMember(projectId: number, userId: number, role: number): number {
    return this.#database.insert('members', { projectId, userId, role });
  }

  setRole(projectId: number, memberId: number, role: number): void {
    this.#database.run('UPDATE members SET role = ? WHERE projectId = ? AND id = ?', role, projectId, memberId);
  }

  removeMember(projectId: number, memberId: number): void {
    this.#database.run('DELETE FROM members WHERE projectId = ? AND id = ?', projectId, memberId);
  }

  /** The role of a user in a project: 1 project administrator, 2 developer, 3 guest, 4 maintainer, 5 limited guest. */
  roleOf(projectId: number, userId: number): number | undefined {
    const sql = 'SELECT role FROM members WHERE projectId = ? AND userId = ?';
    return this.#database.one<{ role: number }>(sql, projectId, userId)?.role;
  }
}
