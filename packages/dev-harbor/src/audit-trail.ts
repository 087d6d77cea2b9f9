import { nameOf } from './access/principal.ts';
import { type Harbor, timeOf } from './harbor.ts';
import type { Exchange } from './server/exchange.ts';

/** What a request did. */
export interface AuditedAction {
  readonly operation: string;
  readonly type: string;
  readonly resource: string;
  /** `operation type: resource` when absent. */
  readonly description?: string;
}

/** Writes into the audit log what a request did; project 0 stands for none. */
export function audit(harbor: Harbor, exchange: Exchange, projectId: number, action: AuditedAction): void {
  const { operation, type, resource } = action;
  harbor.events.add({
    projectId,
    operation,
    resourceType: type,
    resource,
    description: action.description ?? `${operation} ${type}: ${resource}`,
    username: nameOf(exchange.principal),
    createdAt: timeOf(harbor),
  });
}
