import { isOn } from '../policy/setting.ts';
import type { Exchange } from '../server/exchange.ts';
import { checkId, isYes } from '../server/parameters.ts';
import { badRequest, forbidden, notFound, unauthorized } from '../server/refusal.ts';
import type { Project, Projects } from '../store/projects.ts';
import type { Robot } from '../store/robots.ts';
import type { VersionTraits } from '../version.ts';
import { publicPermissions, rolePermissions } from './catalogue.ts';
import { nameOf, type Principal, scannerActions } from './principal.ts';

/** A token is refused by a project that was created so much later than the token, in seconds. */
const tokenLeewaySeconds = 60;

/** Decides who may do what. Nothing else in this package looks at roles and permissions. */
export class Authorizer {
  readonly #projects: Projects;
  readonly #version: VersionTraits;

  constructor(projects: Projects, version: VersionTraits) {
    this.#projects = projects;
    this.#version = version;
  }

  /** Whether a principal has a permission, `repository:pull`, in a project. */
  mayInProject(principal: Principal, permission: string, project: Project): boolean {
    if (principal.kind === 'token') return this.#tokenAllows(principal, permission, project);
    if (principal.kind === 'scanner') {
      const isScanners = scannerActions.some((action) => permission === `repository:${action}`);
      return isScanners && principal.repository.startsWith(`${project.name}/`);
    }
    if (this.isAdministrator(principal)) return true;
    const isOpen = isPublic(project) && publicPermissions.includes(permission);
    if (principal.kind === 'robot') {
      return robotAllows(principal.robot, permission, project.name) || (isOpen && knowsProjects(principal.robot));
    }
    return isOpen || (principal.kind === 'user' && this.#roleAllows(principal.user.id, permission, project.id));
  }

  /** Whether a principal has a permission on the system. */
  mayOnSystem(principal: Principal, permission: string): boolean {
    if (this.isAdministrator(principal)) return true;
    return principal.kind === 'robot' && isGranted(principal.robot, 'system', permission, '/');
  }

  /** A token that is older than a project it is used for, or used for none, is worth nothing: its bearer is nobody. */
  endOutlivedToken(exchange: Exchange, projects: readonly (Project | undefined)[]): void {
    const { principal } = exchange;
    if (principal.kind !== 'token' || !this.#version.tokensEndWithProject) return;
    const counts = projects.every(
      (project) =>
        project !== undefined && principal.issuedAt + tokenLeewaySeconds >= Date.parse(project.createdAt) / 1000,
    );
    if (!counts) exchange.principal = { kind: 'anonymous' };
  }

  /** Whether a principal is a scanner at its task, with its own credentials or with a token it got for them. */
  isScanner(principal: Principal, project: Project): boolean {
    const isMachine = principal.kind === 'scanner' || principal.kind === 'token';
    return isMachine && this.mayInProject(principal, 'repository:scanner-pull', project);
  }

  isAdministrator(principal: Principal): boolean {
    return principal.kind === 'user' && principal.user.isAdministrator === 1;
  }

  /** Whether a project shows up in a principal's lists. */
  sees(principal: Principal, project: Project): boolean {
    if (this.isAdministrator(principal) || project.metadata.public === 'true') return true;
    if (principal.kind === 'user') return this.#projects.roleOf(project.id, principal.user.id) !== undefined;
    return principal.kind === 'robot' && principal.robot.permissions.some((one) => covers(one.namespace, project.name));
  }

  /**
   * The project that a request names, once it is known that its sender has the permission there.
   * A number is an id, unless the header X-Is-Resource-Name says otherwise.
   * To those who may not see it, an unknown project looks like a forbidden one.
   * @throws Refusal 400, 401, 403, 404 or 500.
   */
  requireProject(exchange: Exchange, permission: string): Project {
    const text = exchange.parameter('project');
    const isId = /^[+-]?\d{1,18}$/.test(text) && !isYes(exchange.header('x-is-resource-name') ?? '');
    if (!isId) return this.requireProjectOfName(exchange, text, permission);
    if (this.isAdministrator(exchange.principal)) checkId(Number(text));
    return this.#require(exchange, String(Number(text)), this.#projects.byId(Number(text)), permission);
  }

  /** Like {@link requireProject}, for the paths that take names only. */
  requireNamedProject(exchange: Exchange, permission: string): Project {
    return this.requireProjectOfName(exchange, exchange.parameter('project'), permission);
  }

  /** Like {@link requireProject}, for a name that comes from elsewhere. */
  requireProjectOfName(exchange: Exchange, name: string, permission: string): Project {
    if (name.includes(' ')) throw badRequest(`invalid project name: '${name}'`);
    return this.#require(exchange, name, this.#projects.byName(name), permission);
  }

  /** Refuses a sender who lacks a permission in a project. */
  requireIn(exchange: Exchange, project: Project, permission: string): void {
    this.#require(exchange, project.name, project, permission);
  }

  /**
   * Refuses everybody without a permission on the system.
   * @throws Refusal 401 or 403; the latter names the sender.
   */
  requireSystem(exchange: Exchange, permission: string): void {
    this.requireSignedIn(exchange);
    if (!this.mayOnSystem(exchange.principal, permission)) throw forbidden(nameOf(exchange.principal));
  }

  /**
   * Refuses anonymous requests.
   * @throws Refusal 401.
   */
  requireSignedIn(exchange: Exchange): void {
    if (exchange.principal.kind === 'anonymous') throw unauthorized();
  }

  #require(exchange: Exchange, named: string, project: Project | undefined, permission: string): Project {
    const { principal } = exchange;
    if (project === undefined && this.isAdministrator(principal)) throw notFound(`project ${named} not found`);
    if (project !== undefined && this.mayInProject(principal, permission, project)) return project;
    throw principal.kind === 'anonymous' ? unauthorized() : forbidden('forbidden');
  }

  /** A token for one repository holds in its whole project. */
  #tokenAllows(token: Principal & { kind: 'token' }, permission: string, project: Project): boolean {
    const [resource, action = ''] = permission.split(':');
    if (resource !== 'repository') return false;
    return token.access.some(
      ({ type, name, actions }) =>
        type === 'repository' && name.split('/')[0] === project.name && actions.includes(action),
    );
  }

  #roleAllows(userId: number, permission: string, projectId: number): boolean {
    const allowed = rolePermissions[this.#projects.roleOf(projectId, userId) ?? 0] ?? [];
    // Where guests read the log, it is open to the same roles as the list of members.
    const isOpenLog = permission === 'log:list' && this.#version.guestsReadLog;
    return allowed.includes(isOpenLog ? 'member:list' : permission);
  }
}

const covers = (namespace: string, project: string): boolean => namespace === project || namespace === '*';

/** Where Harbor asks about one project, not for a list of them, other words for "true" count as well. */
const isPublic = ({ metadata }: Project): boolean => isOn(metadata.public);

/**
 * Whether a robot was given a permission in a project or, as `/`, on the system. What it was given over `project` in all
 * projects at once, Harbor takes as given over everything in them.
 */
function isGranted(robot: Robot, kind: 'project' | 'system', permission: string, namespace: string): boolean {
  const action = permission.split(':')[1];
  return robot.permissions.some(
    (one) =>
      one.kind === kind &&
      covers(one.namespace, namespace) &&
      one.access.some(
        (given) =>
          `${given.resource}:${given.action}` === permission ||
          (one.namespace === '*' && given.resource === 'project' && given.action === action),
      ),
  );
}

/** Whether a robot has a permission in a project. Who may push may pull, but for robots of the system. */
function robotAllows(robot: Robot, permission: string, project: string): boolean {
  const isPull = permission === 'repository:pull' && robot.level === 'project';
  const isAllowed = (one: string) => isGranted(robot, 'project', one, project);
  return isAllowed(permission) || (isPull && isAllowed('repository:push'));
}

/** A robot that was given something on the system alone does not even see public projects. */
const knowsProjects = (robot: Robot): boolean => robot.permissions.some(({ kind }) => kind === 'project');
