import { type Clock, systemClock } from '@harbor-pilot/core';
import { type CheckResult, connectionChecks, type DoctorContext, examine } from '@harbor-pilot/doctor';
import { createHarbor } from '@harbor-pilot/harbor';
import { createHttp, type HostTrust } from '@harbor-pilot/http';
import { createRegistry } from '@harbor-pilot/registry';

/** What a test says of the way to a registry. */
export interface Way {
  readonly host: string;
  readonly trust?: HostTrust;
  readonly environment?: Readonly<Record<string, string>>;
  readonly credentials?: { readonly username: string; readonly password: string };
  readonly project?: string;
  readonly mayPush?: boolean;
  readonly clock?: Clock;
}

/** Examines the connection with a registry; the results by the id of their check. */
export async function examineConnection(way: Way): Promise<Readonly<Record<string, CheckResult>>> {
  const { host, trust = {}, environment = {}, credentials, project, mayPush = true, clock = systemClock } = way;
  const http = createHttp({ trust: { [host]: trust }, environment });
  const servers = { http, host, plainHttp: trust.plainHttp === true };
  const context: DoctorContext = {
    host,
    trust,
    environment,
    platforms: [],
    http,
    registry: createRegistry({ ...servers, ...(credentials === undefined ? {} : { credentials }) }),
    harbor: createHarbor({ ...servers, credentials: credentials ?? { username: '', password: '' } }),
    mayPush,
    clock,
    ...(credentials === undefined ? {} : { credentials }),
    ...(project === undefined ? {} : { project }),
  };
  const { signal } = new AbortController();
  try {
    const results = await examine(connectionChecks(context), { clock, signal, timeoutSeconds: 20 });
    return Object.fromEntries(results.map((result) => [result.id, result]));
  } finally {
    http.close();
  }
}

/** The ids of the checks that ended in some way. */
export function idsOf(results: Readonly<Record<string, CheckResult>>, status: string): readonly string[] {
  return Object.values(results).flatMap((result) => (result.status === status ? [result.id] : []));
}
