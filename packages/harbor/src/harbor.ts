import { registerSecret } from '@harbor-pilot/core';
import { basicAuthorization, type Credentials, type Http } from '@harbor-pilot/http';
import { createApi } from './api.ts';
import { listArtifacts, listRecentArtifacts, listRepositories } from './artifact-lists.ts';
import { getArtifact, getImmutableTags, listAccessories } from './artifacts.ts';
import { labelArtifact } from './labels.ts';
import { artifactPath } from './paths.ts';
import { projectReads } from './project-details.ts';
import { scannerReads } from './project-scanner.ts';
import { ensureProject, getProjectId } from './projects.ts';
import { getQuota, hasRepository } from './quota.ts';
import { getRobot, listRobots } from './robot-list.ts';
import { createRobot, createSystemRobot, deleteRobot, renewRobotSecret } from './robots.ts';
import { getBillOfMaterials, getVulnerabilities, startScan } from './scans.ts';
import { systemReads } from './system.ts';
import { tagRuleReads } from './tag-rules.ts';
import type { Harbor } from './types.ts';

/** What a client of Harbor's API is made of. */
export interface HarborOptions {
  readonly http: Http;
  /** Host with port when it is not 443, `harbor.example.com:8443`. */
  readonly host: string;
  readonly credentials: Credentials;
  readonly plainHttp?: boolean;
  /** Aborts whatever is under way. */
  readonly signal?: AbortSignal;
}

/** Makes a client of Harbor's API v2.0 as one account. Nothing is asked before it is used. */
export function createHarbor(options: HarborOptions): Harbor {
  registerSecret(options.credentials.password);
  registerSecret(basicAuthorization(options.credentials).slice('Basic '.length));
  const api = createApi(options);
  const system = systemReads(api);
  return {
    host: options.host,
    ...system,
    ...projectReads(api),
    ...tagRuleReads(api),
    ...scannerReads(api),
    version: async () => (await system.systemInformation()).version,
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
    immutableTags: (project, repository, reference) => getImmutableTags(api, project, repository, reference),
    repositories: (project) => listRepositories(api, project),
    artifacts: (project, repository) => listArtifacts(api, project, repository),
    recentArtifacts: (project, repository, limit) => listRecentArtifacts(api, project, repository, limit),
    accessories: (project, repository, digest) => listAccessories(api, project, repository, digest),
    startScan: (project, repository, digest, kind = 'vulnerability') =>
      startScan(api, project, repository, digest, kind),
    vulnerabilities: (project, repository, digest) => getVulnerabilities(api, project, repository, digest),
    billOfMaterials: (project, repository, digest) => getBillOfMaterials(api, project, repository, digest),
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
