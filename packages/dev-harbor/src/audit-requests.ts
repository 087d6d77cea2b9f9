import { nameOf } from './access/principal.ts';
import { type AuditedAction, auditServer } from './audit-trail.ts';
import type { Harbor } from './harbor.ts';
import type { Exchange } from './server/exchange.ts';

const operations: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', DELETE: 'delete' };
const details: Readonly<Record<string, string>> = {
  '/sysadmin': ', add/remove user as system administrator',
  '/password': ', change user password',
};

/** Answers a request and, when it is one about users or settings, writes it into the audit log, whether it succeeds or not. */
export async function audited(harbor: Harbor, exchange: Exchange, answer: () => Promise<void>): Promise<void> {
  const describe = watch(harbor, exchange);
  if (describe === undefined) return answer();
  let hasFailed = true;
  try {
    await answer();
    hasFailed = false;
  } finally {
    const { principal } = exchange;
    const username = principal.kind === 'anonymous' ? 'unknown' : nameOf(principal);
    auditServer(harbor, exchange, { ...describe(), username, hasFailed });
  }
}

/** What is told of a request once it is answered; undefined for one of which nothing is told. */
function watch(harbor: Harbor, exchange: Exchange): (() => AuditedAction) | undefined {
  const { method, path } = exchange;
  const operation = operations[method];
  const resource = 'configuration';
  if (method === 'PUT' && path.startsWith('/api/v2.0/configurations'))
    return () => ({ operation: 'update', type: resource, resource, description: `update ${resource}` });
  const match = /^\/api\/v2\.0\/users(?:\/(\d+)(\/password|\/sysadmin)?)?$/.exec(path);
  const [, id, part = ''] = match ?? [];
  const isMaking = method === 'POST';
  if (match === null || operation === undefined || isMaking !== (id === undefined)) return undefined;
  const before = nameOfUser(harbor, id);
  return () => {
    const made = /\d+$/.exec(String(exchange.response.getHeader('location') ?? ''))?.[0];
    const name = (isMaking ? nameOfUser(harbor, made) : before) ?? id ?? '';
    const detail = method === 'PUT' ? (details[part] ?? '') : '';
    const description = `${operation} user with name: ${name}${detail}`;
    return { operation, type: 'user', resource: name, description };
  };
}

function nameOfUser(harbor: Harbor, id: string | undefined): string | undefined {
  return id === undefined ? undefined : harbor.users.byId(Number(id))?.username;
}
