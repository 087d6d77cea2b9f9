import type { Database } from './database.ts';

/** One condition of a rule: a pattern and what a match means. */
export interface Selector {
  readonly kind: string;
  /** `matches`, `excludes`, `repoMatches` or `repoExcludes`. */
  readonly decoration: string;
  readonly pattern: string;
}

/** Which tags of a project may not be moved or deleted. */
export interface ImmutableRule {
  readonly id: number;
  readonly projectId: number;
  readonly isDisabled: 0 | 1;
  readonly action: string;
  readonly template: string;
  readonly tagSelectors: readonly Selector[];
  readonly scopeSelectors: Readonly<Record<string, readonly Selector[]>>;
}

interface RuleRow extends Omit<ImmutableRule, 'tagSelectors' | 'scopeSelectors'> {
  readonly tagSelectors: string;
  readonly scopeSelectors: string;
}

const columnsOf = (rule: Omit<ImmutableRule, 'id'>) => ({
  ...rule,
  tagSelectors: JSON.stringify(rule.tagSelectors),
  scopeSelectors: JSON.stringify(rule.scopeSelectors),
});

/** Immutable-tag rules of projects. */
export class ImmutableRules {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  ofProject(projectId: number): ImmutableRule[] {
    return this.#many('SELECT * FROM immutableRules WHERE projectId = ? ORDER BY id', projectId);
  }

  byId(id: number): ImmutableRule | undefined {
    return this.#many('SELECT * FROM immutableRules WHERE id = ?', id)[0];
  }

  create(rule: Omit<ImmutableRule, 'id'>): number {
    return this.#database.insert('immutableRules', columnsOf(rule));
  }

  change(id: number, rule: Omit<ImmutableRule, 'id'>): void {
    this.#database.update('immutableRules', id, columnsOf(rule));
  }

  delete(id: number): void {
    this.#database.run('DELETE FROM immutableRules WHERE id = ?', id);
  }

  #many(sql: string, value: number): ImmutableRule[] {
    return this.#database.all<RuleRow>(sql, value).map((row) => ({
      ...row,
      tagSelectors: JSON.parse(row.tagSelectors),
      scopeSelectors: JSON.parse(row.scopeSelectors),
    }));
  }
}
