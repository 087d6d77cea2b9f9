import { nameOf } from './access/principal.ts';
import { type Harbor, timeOf } from './harbor.ts';
import type { Exchange } from './server/exchange.ts';

/** What a request did, or tried to do. */
export interface AuditedAction {
  readonly operation: string;
  readonly type: string;
  readonly resource: string;
  /** `operation type: resource` when absent. */
  readonly description?: string;
  /** Who did it; the sender when absent. */
  readonly username?: string;
  readonly hasFailed?: boolean;
}

/** Writes into the audit log what a request did, unless that is switched off; project 0 stands for none. */
export function audit(harbor: Harbor, exchange: Exchange, projectId: number, action: AuditedAction): void {
  const { operation, type, resource } = action;
  const { disabled_audit_log_event_types: disabled, skip_audit_log_database: isSkipped } = harbor.configuration.values;
  const kinds = disabled.split(',').map((kind) => kind.trim().toLowerCase());
  if (isSkipped || kinds.includes(`${operation}_${type}`)) return;
  harbor.events.add({
    projectId,
    operation,
    resourceType: type,
    resource,
    description: action.description ?? `${operation} ${type}: ${resource}`,
    username: action.username ?? nameOf(exchange.principal),
    createdAt: timeOf(harbor),
    hasFailed: action.hasFailed ? 1 : 0,
  });
}

/** Writes into the audit log what a request did to the server itself, or failed to do; early versions do not keep that. */
export function auditServer(harbor: Harbor, exchange: Exchange, action: AuditedAction): void {
  if (harbor.version.auditLog === 'extended') audit(harbor, exchange, 0, action);
}
