import { roleNames } from '../access/catalogue.ts';
import type { Harbor } from '../harbor.ts';
import { settledSeverity } from '../policy/severity.ts';
import type { Exchange } from '../server/exchange.ts';
import type { Project } from '../store/projects.ts';
import { zeroTime } from '../store/times.ts';
import { viewAllowlist } from './allowlist.ts';

/** A project as the API writes it. */
export function viewProject(harbor: Harbor, exchange: Exchange, project: Project) {
  const owner = harbor.users.byId(project.ownerId);
  return {
    ...viewBareProject(harbor, exchange, project),
    cve_allowlist: {
      ...viewAllowlist(project.allowlist, project.allowlistExpiresAt),
      id: project.id,
      project_id: project.id,
    },
    metadata: viewMetadata(project),
    ...(owner === undefined ? {} : { owner_name: owner.username }),
  };
}

/** A project without its details. Administrators of the system have a role only where they are members. */
export function viewBareProject(harbor: Harbor, exchange: Exchange, project: Project) {
  const { principal } = exchange;
  const role = principal.kind === 'user' ? harbor.projects.roleOf(project.id, principal.user.id) : undefined;
  return {
    creation_time: project.createdAt,
    ...(role === undefined || roleNames[role] === undefined ? {} : { current_user_role_id: role }),
    current_user_role_ids: role === undefined ? null : [role],
    cve_allowlist: { creation_time: zeroTime, items: null, update_time: zeroTime },
    name: project.name,
    owner_id: project.ownerId,
    project_id: project.id,
    repo_count: harbor.repositories.count(project.id),
    update_time: project.updatedAt,
  };
}

/** The settings of a project. The severity may have been set to anything, and is shown as what it counts for. */
export function viewMetadata({ metadata }: Project): Readonly<Record<string, string>> {
  return metadata.severity === undefined ? metadata : { ...metadata, severity: settledSeverity(metadata.severity) };
}
