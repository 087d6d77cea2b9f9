import { asArray, asNumber, asObject, asString } from '@harbor-pilot/core';
import type { Api } from './api.ts';
import { filled, type HarborObject, requireObject } from './parsing.ts';
import { projectPath } from './paths.ts';
import type { RobotAccess } from './types.ts';

/** A project with its settings, as an account that sees it is told. */
export interface ProjectDetails {
  readonly id: number;
  readonly name: string;
  readonly isPublic: boolean;
  /** It caches another registry, and takes no pushes. */
  readonly isProxyCache: boolean;
  /** 1 project administrator, 2 developer, 3 guest, 4 maintainer, 5 limited guest; absent for who is no member. */
  readonly role?: number;
  readonly isScannedOnPush: boolean;
  /** Tools of which an image must have a signature before it can be pulled. */
  readonly signatureTools: readonly ('cosign' | 'notation')[];
  /** The least severity, `high`, that keeps an image from being pulled; absent when none does. */
  readonly refusedSeverity?: string;
  /** The policy that deletes old tags. */
  readonly retentionId?: number;
  /** Vulnerabilities that do not count for the policy; absent when those of the system are used. */
  readonly allowlist?: Allowlist;
}

/** Vulnerabilities that do not count. */
export interface Allowlist {
  readonly ids: readonly string[];
  /** After it the list counts for nothing. */
  readonly expiresAt?: Date;
}

/** What Harbor answers who asks for the members of a project; its refusals are about the project as much as about them. */
export type MembersAnswer =
  | { readonly status: 200; readonly members: readonly { readonly name: string; readonly role: string }[] }
  | { readonly status: 401 | 403 | 404 };

/** What an account is told of a project. */
export interface ProjectReads {
  /** Looks into the list, which shows robot accounts their project even without a permission to read it. */
  findProject(project: string): Promise<ProjectDetails | undefined>;
  /** Whether there is such a project: told to everybody who has signed in, also of projects that he may not see. */
  isProjectThere(project: string): Promise<boolean>;
  members(project: string): Promise<MembersAnswer>;
  /** The list that counts in the projects that have none of their own. */
  systemAllowlist(): Promise<Allowlist>;
  /** What the account may do in a project. */
  permissions(projectId: number): Promise<readonly RobotAccess[]>;
}

/** Reads what the account is told of projects. */
export function projectReads(api: Api): ProjectReads {
  return {
    findProject: (project) => findProject(api, project),
    isProjectThere: (project) => isProjectThere(api, project),
    members: (project) => listMembers(api, project),
    systemAllowlist: async () => {
      const what = "read the system's list of allowed vulnerabilities";
      const response = await api.call({ method: 'GET', path: '/system/CVEAllowlist', what, expect: [200] });
      return parseAllowlist(await response.json());
    },
    permissions: (projectId) => listPermissions(api, projectId),
  };
}

async function findProject(api: Api, project: string): Promise<ProjectDetails | undefined> {
  const what = `look for the project ${project}`;
  // It is found by a part of its name. `q` would take a name of digits for a number.
  for await (const entry of api.list({ path: `/projects?name=${encodeURIComponent(project)}`, what, project })) {
    const object = requireObject(entry, what);
    if (object.name === project) return parseProject(object, project);
  }
  return undefined;
}

function parseProject(object: HarborObject, name: string): ProjectDetails {
  const metadata = asObject(object.metadata) ?? {};
  const isSet = (key: string): boolean => isTrue(metadata[key]);
  const { reuse_sys_cve_allowlist: reuses } = metadata;
  const usesOwnList = reuses !== undefined && !isTrue(reuses);
  const role = asNumber(object.current_user_role_id) ?? 0;
  const retentionId = Number(metadata.retention_id ?? 0);
  return {
    id: asNumber(object.project_id) ?? 0,
    name,
    isPublic: isSet('public'),
    isProxyCache: (asNumber(object.registry_id) ?? 0) > 0,
    ...(role > 0 ? { role } : {}),
    isScannedOnPush: isSet('auto_scan'),
    signatureTools: [
      ...(isSet('enable_content_trust_cosign') ? (['cosign'] as const) : []),
      ...(isSet('enable_content_trust') ? (['notation'] as const) : []),
    ],
    ...(isSet('prevent_vul') ? { refusedSeverity: asString(metadata.severity) ?? 'none' } : {}),
    ...(retentionId > 0 ? { retentionId } : {}),
    ...(usesOwnList ? { allowlist: parseAllowlist(object.cve_allowlist) } : {}),
  };
}

/** Harbor keeps what it is given, `True` of a script as well, and takes it like this (v2.15, src/pkg/project/models). */
function isTrue(value: unknown): boolean {
  return ['true', '1'].includes(asString(value)?.toLowerCase() ?? '');
}

/** The last second that a date may have (ECMAScript, "Time Values"). */
const lastSecond = 8_640_000_000_000;

function parseAllowlist(value: unknown): Allowlist {
  const list = asObject(value);
  // Null stands for never; 0 is long ago (Harbor v2.15, src/pkg/allowlist/models).
  const expiresSeconds = asNumber(list?.expires_at);
  return {
    ids: asArray(list?.items).flatMap((item) => filled(asObject(item)?.cve_id) ?? []),
    ...(expiresSeconds === undefined ? {} : { expiresAt: new Date(Math.min(expiresSeconds, lastSecond) * 1000) }),
  };
}

async function isProjectThere(api: Api, project: string): Promise<boolean> {
  const response = await api.call({
    method: 'HEAD',
    path: `/projects?project_name=${encodeURIComponent(project)}`,
    what: `look for the project ${project}`,
    expect: [200, 404],
    project,
  });
  await response.discard();
  return response.status === 200;
}

async function listMembers(api: Api, project: string): Promise<MembersAnswer> {
  const what = `list the members of the project ${project}`;
  const path = `${projectPath(project)}/members?page_size=100`;
  const response = await api.call({ method: 'GET', path, what, expect: [200, 401, 403, 404], project });
  if (response.status !== 200) {
    await response.discard();
    return { status: response.status as 401 | 403 | 404 };
  }
  const members = asArray(await response.json()).map((entry) => {
    const member = asObject(entry);
    return { name: asString(member?.entity_name) ?? '', role: asString(member?.role_name) ?? '' };
  });
  return { status: 200, members };
}

async function listPermissions(api: Api, projectId: number): Promise<readonly RobotAccess[]> {
  const scope = encodeURIComponent(`/project/${projectId}`);
  const response = await api.call({
    method: 'GET',
    path: `/users/current/permissions?scope=${scope}&relative=true`,
    what: 'read what the account may do',
    expect: [200],
  });
  return asArray(await response.json()).flatMap((entry) => {
    const permission = asObject(entry);
    const [resource, action] = [filled(permission?.resource), filled(permission?.action)];
    if (resource === undefined || action === undefined) return [];
    // The project itself is a dot.
    return [{ resource: resource === '.' ? 'project' : resource, action }];
  });
}
