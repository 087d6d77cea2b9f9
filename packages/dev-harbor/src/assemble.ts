import { join } from 'node:path';
import type { Clock } from '@harbor-pilot/core';
import { Authenticator } from './access/authenticator.ts';
import { Authorizer } from './access/authorizer.ts';
import { Sessions } from './access/sessions.ts';
import { Tokens } from './access/tokens.ts';
import { Configuration } from './configuration.ts';
import { type Harbor, timeOf } from './harbor.ts';
import { ScanJobs } from './scan/jobs.ts';
import { Accessories } from './store/accessories.ts';
import { Artifacts } from './store/artifacts.ts';
import { BlobFiles } from './store/blob-files.ts';
import { Contents } from './store/contents.ts';
import { Database } from './store/database.ts';
import { AuditEvents } from './store/events.ts';
import { ImmutableRules } from './store/immutable-rules.ts';
import { Labels } from './store/labels.ts';
import { Projects } from './store/projects.ts';
import { Quotas } from './store/quotas.ts';
import { Reports } from './store/reports.ts';
import { Repositories } from './store/repositories.ts';
import { Retentions } from './store/retentions.ts';
import { Robots } from './store/robots.ts';
import { Scanners } from './store/scanners.ts';
import { Settings } from './store/settings.ts';
import { Tags } from './store/tags.ts';
import { Uploads } from './store/uploads.ts';
import { Users } from './store/users.ts';
import type { VersionTraits } from './version.ts';

/** Puts the parts of the server together over a data directory. */
export function assemble(options: {
  readonly dataDirectory: string;
  readonly clock: Clock;
  readonly caCertificate: string;
  readonly externalUrl: string;
  readonly version: VersionTraits;
  readonly warn: (line: string) => void;
}): Harbor {
  const { clock, caCertificate, dataDirectory, externalUrl, version, warn } = options;
  const database = new Database(join(dataDirectory, 'harbor.db'));
  const settings = new Settings(database);
  const users = new Users(database);
  const projects = new Projects(database);
  const robots = new Robots(database);
  const tokens = new Tokens(settings, clock);
  const sessions = new Sessions();
  const configuration = new Configuration(settings);
  const parts = {
    version,
    externalUrl,
    clock,
    caCertificate,
    warn,
    database,
    settings,
    configuration,
    users,
    projects,
    robots,
    repositories: new Repositories(database),
    artifacts: new Artifacts(database),
    tags: new Tags(database),
    accessories: new Accessories(database),
    labels: new Labels(database),
    quotas: new Quotas(database),
    immutableRules: new ImmutableRules(database),
    retentions: new Retentions(database),
    scanners: new Scanners(database),
    reports: new Reports(database),
    events: new AuditEvents(database),
    contents: new Contents(database),
    blobFiles: new BlobFiles(dataDirectory),
    uploads: new Uploads(database),
    tokens,
    sessions,
    authenticator: new Authenticator({ users, robots, tokens, sessions, configuration, clock }),
    authorizer: new Authorizer(projects, version),
  };
  parts.reports.failUnfinished(timeOf(parts));
  return { ...parts, scanJobs: new ScanJobs(parts) };
}
