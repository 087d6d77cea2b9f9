import type { Route } from '../server/router.ts';
import type { VersionTraits } from '../version.ts';
import { additionRoutes } from './additions.ts';
import { administrationRoutes } from './administration.ts';
import { artifactRoutes } from './artifacts.ts';
import { auditRoutesOf } from './audit.ts';
import { configurationRoutes } from './configuration.ts';
import { immutableRuleRoutes } from './immutable-rules.ts';
import { labelRoutes } from './labels.ts';
import { memberRoutes } from './members.ts';
import { permissionRoutes } from './permissions.ts';
import { metadataRoutes } from './project-metadata.ts';
import { projectRobotRoutes } from './project-robots.ts';
import { projectScannerRoutes } from './project-scanner.ts';
import { projectRoutes } from './projects.ts';
import { quotaRoutes } from './quotas.ts';
import { repositoryRoutes } from './repositories.ts';
import { retentionRoutes } from './retentions.ts';
import { robotRoutes } from './robots.ts';
import { scannerRoutes } from './scanners.ts';
import { scanRoutes } from './scans.ts';
import { searchRoutes } from './search.ts';
import { systemRoutes } from './system.ts';
import { tagRoutes } from './tags.ts';
import { userGroupRoutes } from './user-groups.ts';
import { userRoutes } from './users.ts';

const routes: readonly Route[] = [
  ...systemRoutes,
  ...configurationRoutes,
  ...searchRoutes,
  ...userRoutes,
  ...userGroupRoutes,
  ...permissionRoutes,
  ...projectRoutes,
  ...metadataRoutes,
  ...memberRoutes,
  ...robotRoutes,
  ...repositoryRoutes,
  ...artifactRoutes,
  ...tagRoutes,
  ...additionRoutes,
  ...labelRoutes,
  ...scanRoutes,
  ...scannerRoutes,
  ...projectScannerRoutes,
  ...quotaRoutes,
  ...immutableRuleRoutes,
  ...retentionRoutes,
  ...administrationRoutes,
];

/** All routes of the REST API that a version has. */
export function apiRoutesOf(version: VersionTraits): readonly Route[] {
  const { auditLog, listsProjectRobots } = version;
  return [...routes, ...auditRoutesOf[auditLog], ...(listsProjectRobots ? projectRobotRoutes : [])];
}
