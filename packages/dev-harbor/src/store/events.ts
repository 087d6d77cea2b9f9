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
}

/** The audit log. */
export class AuditEvents {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): AuditEvent[] {
    return this.#database.all<AuditEvent>('SELECT * FROM events ORDER BY id DESC');
  }

  ofProject(projectId: number): AuditEvent[] {
    return this.#database.all<AuditEvent>('SELECT * FROM events WHERE projectId = ? ORDER BY id DESC', projectId);
  }

  add(event: Omit<AuditEvent, 'id'>): void {
    this.#database.insert('events', { ...event });
  }
}
