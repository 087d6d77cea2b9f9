import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import { Refusal } from '../server/refusal.ts';
import type { Route } from '../server/router.ts';

/** What Harbor 2.15 has and no delivery needs, by path (api/v2.0/swagger.yaml): the methods and the pattern. */
const endpoints = `
GET               /export/cve/download/{execution_id}
GET               /export/cve/execution/{execution_id}
GET               /export/cve/executions
POST              /export/cve
GET               /icons/{digest}
GET               /jobservice/jobs/{job_id}/log
PUT               /jobservice/jobs/{job_id}
GET               /jobservice/pools
GET               /jobservice/pools/{pool_id}/workers
GET               /jobservice/queues
PUT               /jobservice/queues/{job_type}
GET               /ldap/groups/search
POST              /ldap/ping
POST              /ldap/users/import
GET               /ldap/users/search
GET POST          /p2p/preheat/instances
DELETE GET PUT    /p2p/preheat/instances/{preheat_instance_name}
POST              /p2p/preheat/instances/ping
GET               /p2p/preheat/providers
GET POST          /projects/{project}/preheat/policies
DELETE GET POST PUT /projects/{project}/preheat/policies/{policy}
GET               /projects/{project}/preheat/policies/{policy}/executions
GET PATCH         /projects/{project}/preheat/policies/{policy}/executions/{execution}
GET               /projects/{project}/preheat/policies/{policy}/executions/{execution}/tasks
GET               /projects/{project}/preheat/policies/{policy}/executions/{execution}/tasks/{task}/logs
GET               /projects/{project}/preheat/providers
GET               /projects/{project}/webhook/events
GET               /projects/{project}/webhook/jobs
GET               /projects/{project}/webhook/lasttrigger
GET POST          /projects/{project}/webhook/policies
DELETE GET PUT    /projects/{project}/webhook/policies/{policy}
GET               /projects/{project}/webhook/policies/{policy}/executions
GET               /projects/{project}/webhook/policies/{policy}/executions/{execution}/tasks
GET               /projects/{project}/webhook/policies/{policy}/executions/{execution}/tasks/{task}/log
GET POST          /registries
DELETE GET PUT    /registries/{id}
GET               /registries/{id}/info
POST              /registries/ping
GET               /replication/adapterinfos
GET               /replication/adapters
GET POST          /replication/executions
GET PUT           /replication/executions/{id}
GET               /replication/executions/{id}/tasks
GET               /replication/executions/{id}/tasks/{task_id}/log
GET POST          /replication/policies
DELETE GET PUT    /replication/policies/{id}
GET POST          /retentions/{id}/executions
PATCH             /retentions/{id}/executions/{eid}
GET               /retentions/{id}/executions/{eid}/tasks
GET               /retentions/{id}/executions/{eid}/tasks/{tid}
GET               /scans/all/metrics
GET               /scans/schedule/metrics
GET               /schedules
GET               /schedules/{job_type}/paused
GET               /security/summary
GET               /security/vul
GET               /system/gc
GET PUT           /system/gc/{gc_id}
GET               /system/gc/{gc_id}/log
GET POST PUT      /system/gc/schedule
POST              /system/oidc/ping
GET               /system/purgeaudit
GET PUT           /system/purgeaudit/{purge_id}
GET               /system/purgeaudit/{purge_id}/log
GET POST PUT      /system/purgeaudit/schedule
GET POST PUT      /system/scanAll/schedule
POST              /system/scanAll/stop
POST              /usergroups
DELETE PUT        /usergroups/{group_id}
`;

/** Endpoints of the administration, which are known and not there: 501, so that nobody takes them for a wrong path. */
export const administrationRoutes: readonly Route[] = endpoints
  .trim()
  .split('\n')
  .flatMap((line) => {
    const [pattern = '', ...methods] = line.split(/ +/).reverse();
    return methods.map((method) => ({ method, pattern, handle: refuse }));
  });

/** Anonymous requests are refused as the real one does. */
function refuse(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSignedIn(exchange);
  const message = `${exchange.method} ${exchange.path} is not implemented by the embedded Harbor`;
  throw new Refusal(501, [{ code: 'NOT_IMPLEMENTED', message }]);
}
