import type { Clock } from '@harbor-pilot/core';
import type { Authenticator } from './access/authenticator.ts';
import type { Authorizer } from './access/authorizer.ts';
import type { Sessions } from './access/sessions.ts';
import type { Tokens } from './access/tokens.ts';
import type { Configuration } from './configuration.ts';
import type { ScanJobs } from './scan/jobs.ts';
import type { Accessories } from './store/accessories.ts';
import type { Artifacts } from './store/artifacts.ts';
import type { BlobFiles } from './store/blob-files.ts';
import type { Contents } from './store/contents.ts';
import type { Database } from './store/database.ts';
import type { AuditEvents } from './store/events.ts';
import type { ImmutableRules } from './store/immutable-rules.ts';
import type { Labels } from './store/labels.ts';
import type { Projects } from './store/projects.ts';
import type { Quotas } from './store/quotas.ts';
import type { Reports } from './store/reports.ts';
import type { Repositories } from './store/repositories.ts';
import type { Retentions } from './store/retentions.ts';
import type { Robots } from './store/robots.ts';
import type { Scanners } from './store/scanners.ts';
import type { Settings } from './store/settings.ts';
import type { Tags } from './store/tags.ts';
import type { Uploads } from './store/uploads.ts';
import type { Users } from './store/users.ts';
import type { VersionTraits } from './version.ts';

/** Everything that answering a request may need. */
export interface Harbor {
  readonly version: VersionTraits;
  /** Where clients and scanners reach the server, `https://127.0.0.1:8443`. */
  readonly externalUrl: string;
  readonly clock: Clock;
  readonly database: Database;
  readonly settings: Settings;
  readonly configuration: Configuration;
  readonly users: Users;
  readonly projects: Projects;
  readonly robots: Robots;
  readonly repositories: Repositories;
  readonly artifacts: Artifacts;
  readonly tags: Tags;
  readonly accessories: Accessories;
  readonly labels: Labels;
  readonly quotas: Quotas;
  readonly immutableRules: ImmutableRules;
  readonly retentions: Retentions;
  readonly scanners: Scanners;
  readonly reports: Reports;
  readonly events: AuditEvents;
  readonly contents: Contents;
  readonly blobFiles: BlobFiles;
  readonly uploads: Uploads;
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly scanJobs: ScanJobs;
  /** PEM. */
  readonly caCertificate: string;
  /** Tells whoever runs the server about a failure of its own. */
  readonly warn: (line: string) => void;
}

/** The time as the API writes it. */
export function timeOf(harbor: Pick<Harbor, 'clock'>): string {
  return harbor.clock.now().toISOString();
}
