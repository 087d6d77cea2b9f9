import type { ClusterClient } from '@harbor-pilot/cluster';
import type { Clock, PilotError } from '@harbor-pilot/core';
import type { Harbor } from '@harbor-pilot/harbor';
import type { HostTrust, Http } from '@harbor-pilot/http';
import type { Credentials, Registry } from '@harbor-pilot/registry';

/** The account with which the nodes of a cluster pull. */
export interface DeployAccount {
  readonly username: string;
  /** The registry as this account. */
  readonly registry: Registry;
}

/** The cluster that is to run the image. */
export interface ExaminedCluster {
  readonly client: ClusterClient;
  readonly namespace: string;
  /** Name of the pull secret that the pods are to use; those of the service account `default` when absent. */
  readonly pullSecret?: string;
}

/**
 * All that the checks look at. The ids that others may name in `needs`: `dns`, `tcp`, `proxy`, `tls`, `registry-api`,
 * `login` (skipped without credentials), `token-scope` (skipped without a repository).
 */
export interface DoctorContext {
  /** Host with its port when it is not 443, `harbor.example.com:8443`. */
  readonly host: string;
  /** Harbor's project, the first part of the repository; absent when the user named no image. */
  readonly project?: string;
  /** The whole path, `project/app`; absent when the user named no image, or a project alone. */
  readonly repository?: string;
  /** The tag or digest that the user named. */
  readonly tagOrDigest?: string;
  /** Platforms that the image is to run on, `linux/amd64`; empty when the user said nothing of it. */
  readonly platforms: readonly string[];
  /** How the host is trusted, and spoken to (`plainHttp`). */
  readonly trust: HostTrust;
  /** The variables of the proxy are read from it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absent when there are none: then the account is nobody. */
  readonly credentials?: Credentials;
  readonly http: Http;
  readonly registry: Registry;
  readonly harbor: Harbor;
  /** Absent when the user named none. */
  readonly deploy?: DeployAccount;
  /** Absent when the user named none; an error when what names it cannot be used. */
  readonly cluster?: ExaminedCluster | PilotError;
  /** Whether a small blob may be pushed, and deleted again. */
  readonly mayPush: boolean;
  readonly clock: Clock;
}
