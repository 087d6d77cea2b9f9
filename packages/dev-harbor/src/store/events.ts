import type { Database } from './database.ts';

/** One line of the audit log. */
export interface AuditEvent {
  readonly id: number;
  /** 0 for events of the system. */
  readonly projectId: number;
  readonly operation: string;
  readonly resourceType: string;
  readonly resource: string;
  readonly description: string;
  readonly username: string;
  readonly createdAt: string;
  readonly hasFailed: 0 | 1;
}

const columns = 'SELECT events.*, eventId IS NOT NULL AS hasFailed FROM events LEFT JOIN failures ON eventId = id';

/** The audit log. */
export class AuditEvents {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): AuditEvent[] {
    return this.#database.all<AuditEvent>(`${columns} ORDER BY id DESC`);
  }

  ofProject(projectId: number): AuditEvent[] {
    return this.#database.all<AuditEvent>(`${columns} WHERE projectId = ? ORDER BY id DESC`, projectId);
  }

  add({ hasFailed, ...event }: Omit<AuditEvent, 'id'>): void {
    const eventId = this.#database.insert('events', event);
    if (hasFailed) this.#database.insert('failures', { eventId });
  }
}
