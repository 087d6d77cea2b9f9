import type { Database } from './database.ts';

/** The policy that says which tags of a project are kept, as the API has it. */
export interface Retention {
  readonly id: number;
  readonly projectId: number;
  readonly algorithm: string;
  /** With seconds, `0 0 0 * * *`; empty when it is only run by hand. */
  readonly cron: string;
  readonly rules: readonly Readonly<Record<string, unknown>>[];
}

interface RetentionRow extends Omit<Retention, 'rules'> {
  readonly rules: string;
}

const retentionOf = (row: RetentionRow | undefined): Retention | undefined =>
  row && { ...row, rules: JSON.parse(row.rules) };

const columnsOf = (retention: Omit<Retention, 'id'>) => ({ ...retention, rules: JSON.stringify(retention.rules) });

/** Retention policies, at most one of a project. */
export class Retentions {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  byId(id: number): Retention | undefined {
    return retentionOf(this.#database.one<RetentionRow>('SELECT * FROM retentions WHERE id = ?', id));
  }

  ofProject(projectId: number): Retention | undefined {
    return retentionOf(this.#database.one<RetentionRow>('SELECT * FROM retentions WHERE projectId = ?', projectId));
  }

  create(retention: Omit<Retention, 'id'>): number {
    return this.#database.insert('retentions', columnsOf(retention));
  }

  change(id: number, retention: Omit<Retention, 'id'>): void {
    this.#database.update('retentions', id, columnsOf(retention));
  }

  delete(id: number): void {
    this.#database.run('DELETE FROM retentions WHERE id = ?', id);
  }
}
