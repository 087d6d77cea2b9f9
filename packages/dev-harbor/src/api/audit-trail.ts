import { nameOf } from '../access/principal.ts';
import { type Harbor, timeOf } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';

/** Writes into the audit log what a request did; 0 stands for no project. */
export function audit(
  harbor: Harbor,
  exchange: Exchange,
  projectId: number,
  event: { readonly operation: string; readonly type: string; readonly resource: string },
): void {
  harbor.events.add({
    projectId,
    operation: event.operation,
    resourceType: event.type,
    resource: event.resource,
    description: `${event.operation} ${event.type}: ${event.resource}`,
    username: nameOf(exchange.principal),
    createdAt: timeOf(harbor),
  });
}
