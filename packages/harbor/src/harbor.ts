import { asObject, registerSecret } from '@harbor-pilot/core';
import { type BasicCredentials, basicAuthorization, type Http } from '@harbor-pilot/http';
import { type Api, createApi } from './api.ts';
import { getArtifact, listAccessories } from './artifacts.ts';
import { labelArtifact } from './labels.ts';
import { filled } from './parsing.ts';
import { artifactPath } from './paths.ts';
import { ensureProject, getProjectId } from './projects.ts';
import { getQuota, hasRepository } from './quota.ts';
import { getRobot, listRobots } from './robot-list.ts';
import { createRobot, createSystemRobot, deleteRobot, renewRobotSecret } from './robots.ts';
import { getVulnerabilities, startScan } from './scans.ts';
import type { Harbor } from './types.ts';

/** What a client of Harbor's API is made of. */
export interface HarborOptions {
  readonly http: Http;
  /** Host with port when it is not 443, `harbor.example.com:8443`. */
  readonly host: string;
  readonly credentials: BasicCredentials;
  readonly plainHttp?: boolean;
  /** Aborts whatever is under way. */
  readonly signal?: AbortSignal;
}

/** Makes a client of Harbor's API v2.0 as one account. Nothing is asked before it is used. */
export function createHarbor(options: HarborOptions): Harbor {
  registerSecret(options.credentials.password);
  registerSecret(basicAuthorization(options.credentials).slice('Basic '.length));
  const api = createApi(options);
  return {
    host: options.host,
    version: () => getVersion(api),
    health: () => getHealth(api),
    projectId: (project) => getProjectId(api, project),
    ensureProject: (project, metadata = {}) => ensureProject(api, project, metadata),
    quota: (project) => getQuota(api, project),
    hasRepository: (project, repository) => hasRepository(api, project, repository),
    createRobot: (robot) => createRobot(api, robot),
    createSystemRobot: (robot) => createSystemRobot(api, robot),
    robots: (project) => listRobots(api, project),
    robot: (id) => getRobot(api, id),
    renewRobotSecret: (id) => renewRobotSecret(api, id),
    deleteRobot: (id) => deleteRobot(api, id),
    artifact: (project, repository, reference) => getArtifact(api, project, repository, reference),
    accessories: (project, repository, digest) => listAccessories(api, project, repository, digest),
    startScan: (project, repository, digest) => startScan(api, project, repository, digest),
    vulnerabilities: (project, repository, digest) => getVulnerabilities(api, project, repository, digest),
    deleteTag: async (project, repository, digest, tag) => {
      const response = await api.call({
        method: 'DELETE',
        path: `${artifactPath(project, repository, digest)}/tags/${encodeURIComponent(tag)}`,
        what: `delete the tag ${project}/${repository}:${tag}`,
        // 404: it is gone already.
        expect: [200, 404],
        project,
        permission: 'tag: delete',
      });
      await response.discard();
    },
    labelArtifact: (project, repository, digest, label) => labelArtifact(api, project, repository, digest, label),
  };
}

async function getVersion(api: Api): Promise<string | undefined> {
  const response = await api.call({ method: 'GET', path: '/systeminfo', what: 'read the version', expect: [200] });
  return filled(asObject(await response.json())?.harbor_version);
}

async function getHealth(api: Api): Promise<'healthy' | 'unhealthy'> {
  const response = await api.call({ method: 'GET', path: '/health', what: 'read the health', expect: [200] });
  return asObject(await response.json())?.status === 'healthy' ? 'healthy' : 'unhealthy';
}
