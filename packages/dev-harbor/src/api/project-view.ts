import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import type { Project } from '../store/projects.ts';
import { viewAllowlist } from './allowlist.ts';

/** A project as the API writes it. Administrators of the system have a role only where they are members. */
export function viewProject(harbor: Harbor, exchange: Exchange, project: Project) {
  const { principal } = exchange;
  const role = principal.kind === 'user' ? harbor.projects.roleOf(project.id, principal.user.id) : undefined;
  return {
    creation_time: project.createdAt,
    ...(role === undefined ? {} : { current_user_role_id: role }),
    current_user_role_ids: role === undefined ? null : [role],
    cve_allowlist: {
      ...viewAllowlist(project.allowlist, project.allowlistExpiresAt),
      id: project.id,
      project_id: project.id,
    },
    metadata: project.metadata,
    name: project.name,
    owner_id: project.ownerId,
    owner_name: harbor.users.byId(project.ownerId)?.username ?? '',
    project_id: project.id,
    repo_count: harbor.repositories.count(project.id),
    update_time: project.updatedAt,
  };
}
