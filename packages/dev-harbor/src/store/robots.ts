import type { Database } from './database.ts';

/** What a robot account may do in one namespace. */
export interface RobotPermission {
  readonly kind: string;
  /** Name of a project, `*` for all projects, `/` for the system. */
  readonly namespace: string;
  readonly access: readonly { readonly resource: string; readonly action: string; readonly effect?: string }[];
}

/** A robot account. */
export interface Robot {
  readonly id: number;
  /** With its project, `acme+ci`; the prefix that is put before it everywhere can be changed. */
  readonly name: string;
  readonly level: string;
  readonly projectId: number | null;
  readonly permissions: readonly RobotPermission[];
  /** Salted hash, see access/secrets.ts. */
  readonly secret: string;
  readonly description: string;
  /** -1 for never. */
  readonly durationDays: number;
  /** Seconds since 1970; -1 for never. */
  readonly expiresAt: number;
  readonly isDisabled: 0 | 1;
  readonly creatorType: string;
  readonly creatorId: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

interface RobotRow extends Omit<Robot, 'permissions'> {
  readonly permissions: string;
}

const robotOf = (row: RobotRow): Robot => ({ ...row, permissions: JSON.parse(row.permissions) });

/** Robot accounts by id and by name. */
export class Robots {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): Robot[] {
    return this.#database.all<RobotRow>('SELECT * FROM robots ORDER BY id DESC').map(robotOf);
  }

  byId(id: number): Robot | undefined {
    const row = this.#database.one<RobotRow>('SELECT * FROM robots WHERE id = ?', id);
    return row && robotOf(row);
  }

  byName(name: string): Robot | undefined {
    const row = this.#database.one<RobotRow>('SELECT * FROM robots WHERE name = ?', name);
    return row && robotOf(row);
  }

  create(robot: Omit<Robot, 'id'>): number {
    return this.#database.insert('robots', { ...robot, permissions: JSON.stringify(robot.permissions) });
  }

  change(id: number, change: Partial<Omit<Robot, 'id' | 'permissions'>>): void {
    this.#database.update('robots', id, { ...change });
  }

  setPermissions(id: number, permissions: readonly RobotPermission[]): void {
    this.#database.update('robots', id, { permissions: JSON.stringify(permissions) });
  }

  /** Takes back what robots of the system were given in a project: one of the same name will be another one. */
  forgetProject(name: string): void {
    const isOther = ({ kind, namespace }: RobotPermission) => kind !== 'project' || namespace !== name;
    for (const { id, permissions } of this.all()) {
      if (!permissions.every(isOther)) this.setPermissions(id, permissions.filter(isOther));
    }
  }

  delete(id: number): void {
    this.#database.run('DELETE FROM robots WHERE id = ?', id);
  }
}
