import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { PilotError } from '@harbor-pilot/core';
import { schema } from './schema.ts';

/** The state of the embedded Harbor in one SQLite file. Rows are ours, so the caller names their type. */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  /**
   * Opens the file for this process alone, and makes it when it is missing.
   * @throws PilotError FILE_UNREADABLE when another process has it, or when it is no such file.
   */
  constructor(file: string) {
    this.#connection = new DatabaseSync(file);
    try {
      // With a write-ahead log, NORMAL survives the death of the process; only a power failure may cost the last changes.
      this.#connection.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
      this.#connection.exec('PRAGMA foreign_keys = ON;');
      this.#connection.exec(schema);
    } catch (cause) {
      this.#connection.close();
      throw new PilotError('FILE_UNREADABLE', `${file} cannot be opened: ${String(cause)}`, {
        hint: 'Another embedded Harbor may be running with the same data directory.',
        cause,
      });
    }
  }

  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#prepare(sql).all(...values) as Row[];
  }

  one<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#prepare(sql).get(...values) as Row | undefined;
  }

  /** Changes rows; gives the number of changed rows and the id of the last one inserted. */
  run(sql: string, ...values: SQLInputValue[]): { changes: number; id: number } {
    const { changes, lastInsertRowid } = this.#prepare(sql).run(...values);
    return { changes: Number(changes), id: Number(lastInsertRowid) };
  }

  /** Inserts one row given by its columns; gives its id. */
  insert(table: string, row: Readonly<Record<string, SQLInputValue>>): number {
    const columns = Object.keys(row);
    const places = columns.map(() => '?').join(', ');
    return this.run(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`, ...Object.values(row)).id;
  }

  /** Changes the named columns of the row with this id. */
  update(table: string, id: number, row: Readonly<Record<string, SQLInputValue>>): void {
    const columns = Object.keys(row).map((column) => `${column} = ?`);
    this.run(`UPDATE ${table} SET ${columns.join(', ')} WHERE id = ?`, ...Object.values(row), id);
  }

  /** Runs work that succeeds or fails as a whole. May be nested. */
  transaction<Result>(work: () => Result): Result {
    if (this.#depth > 0) return work();
    this.#connection.exec('BEGIN IMMEDIATE');
    this.#depth += 1;
    try {
      const result = work();
      this.#connection.exec('COMMIT');
      return result;
    } catch (error) {
      this.#connection.exec('ROLLBACK');
      throw error;
    } finally {
      this.#depth -= 1;
    }
  }

  close(): void {
    this.#connection.close();
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
