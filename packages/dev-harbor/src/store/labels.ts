import type { Database } from './database.ts';

/** A label of the system ("g") or of a project ("p"). */
export interface Label {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly color: string;
  readonly scope: string;
  /** 0 for labels of the system. */
  readonly projectId: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Labels, and the artifacts that wear them. */
export class Labels {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  ofScope(scope: string, projectId: number): Label[] {
    return this.#database.all<Label>(
      'SELECT * FROM labels WHERE scope = ? AND projectId = ? ORDER BY id',
      scope,
      projectId,
    );
  }

  byId(id: number): Label | undefined {
    return this.#database.one<Label>('SELECT * FROM labels WHERE id = ?', id);
  }

  create(label: Omit<Label, 'id'>): number {
    return this.#database.insert('labels', { ...label });
  }

  change(id: number, change: Partial<Omit<Label, 'id'>>): void {
    this.#database.update('labels', id, { ...change });
  }

  delete(id: number): void {
    this.#database.run('DELETE FROM labels WHERE id = ?', id);
  }

  ofArtifact(artifactId: number): Label[] {
    const sql =
      'SELECT labels.* FROM artifactLabels JOIN labels ON labels.id = labelId WHERE artifactId = ? ORDER BY labels.id';
    return this.#database.all<Label>(sql, artifactId);
  }

  attach(artifactId: number, labelId: number): void {
    this.#database.insert('artifactLabels', { artifactId, labelId });
  }

  /** Whether the label was on the artifact. */
  detach(artifactId: number, labelId: number): boolean {
    const sql = 'DELETE FROM artifactLabels WHERE artifactId = ? AND labelId = ?';
    return this.#database.run(sql, artifactId, labelId).changes > 0;
  }
}
