import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '@harbor-pilot/core';
import type { Configuration } from '../configuration.ts';
import type { Exchange } from '../server/exchange.ts';
import type { Robot, Robots } from '../store/robots.ts';
import type { User, Users } from '../store/users.ts';
import type { Principal } from './principal.ts';
import { SecretChecker } from './secrets.ts';
import type { Sessions } from './sessions.ts';
import type { Tokens } from './tokens.ts';

/** How long a failed login locks its user name, in milliseconds. */
const lockMilliseconds = 1500;
const anonymous: Principal = { kind: 'anonymous' };

/** Finds out who sends a request. Wrong credentials make an anonymous request, not an error. */
export class Authenticator {
  readonly #users: Users;
  readonly #robots: Robots;
  readonly #tokens: Tokens;
  readonly #sessions: Sessions;
  readonly #configuration: Configuration;
  readonly #clock: Clock;
  readonly #secrets = new SecretChecker();
  readonly #locks = new Map<string, number>();
  /** The last check of a password, by user name. */
  readonly #turns = new Map<string, Promise<unknown>>();
  /** Passwords of scanner tasks, by user name. */
  readonly #tasks = new Map<string, { readonly password: string; readonly repository: string }>();

  constructor(parts: {
    readonly users: Users;
    readonly robots: Robots;
    readonly tokens: Tokens;
    readonly sessions: Sessions;
    readonly configuration: Configuration;
    readonly clock: Clock;
  }) {
    this.#users = parts.users;
    this.#robots = parts.robots;
    this.#tokens = parts.tokens;
    this.#sessions = parts.sessions;
    this.#configuration = parts.configuration;
    this.#clock = parts.clock;
  }

  /** @param takesTokens whether bearer tokens count: they do on /v2 only. */
  async identify(exchange: Exchange, takesTokens: boolean): Promise<Principal> {
    const header = exchange.header('authorization') ?? '';
    // Case counts for Bearer and not for Basic; a session counts where neither leads to an account (v2.15.2,
    // src/server/middleware/security).
    const [, token] = takesTokens ? header.split('Bearer') : [];
    const bearer = token?.trim() ? await this.#tokens.read(token.trim()) : undefined;
    if (bearer !== undefined) return bearer;
    const [, credentials] = /^basic (.*)$/i.exec(header) ?? [];
    const account = credentials === undefined ? anonymous : await this.#basic(credentials);
    if (account.kind !== 'anonymous') return account;
    const user = this.#sessions.userOf(exchange);
    return user === undefined ? anonymous : { kind: 'user', user };
  }

  /** The user with that name, or e-mail address, and password. A failure is answered late and locks the name for a moment. */
  async login(username: string, password: string): Promise<User | undefined> {
    // One after the other for each name, so that a lock holds for everything that comes after its cause.
    const before = this.#turns.get(username) ?? Promise.resolve();
    const turn = before.then(() => this.#check(username, password));
    this.#turns.set(
      username,
      turn.catch(() => undefined),
    );
    const found = await turn;
    if (found === 'wrong') await this.#clock.sleep(lockMilliseconds);
    return typeof found === 'string' ? undefined : found;
  }

  async #check(username: string, password: string): Promise<User | 'locked' | 'wrong'> {
    if ((this.#locks.get(username) ?? 0) > this.#clock.now().getTime()) return 'locked';
    for (const user of this.#users.byLogin(username)) {
      if (await this.#secrets.fits(password, user.password)) return user;
    }
    this.#locks.set(username, this.#clock.now().getTime() + lockMilliseconds);
    return 'wrong';
  }

  /** Whether a password is the user's; without the consequences of a failed login. */
  async knows(user: User, password: string): Promise<boolean> {
    return this.#secrets.fits(password, user.password);
  }

  /** Credentials with which a scanner may pull from one repository until they are taken back. */
  lendToScanner(
    repository: string,
    scanner: string,
  ): { username: string; authorization: string; takeBack: () => void } {
    const username = `robot$${repository.split('/')[0]}+${randomBytes(6).toString('base64url')}-${scanner}-${randomUUID()}`;
    const password = randomBytes(24).toString('base64url');
    this.#tasks.set(username, { password, repository });
    return {
      username,
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      takeBack: () => this.#tasks.delete(username),
    };
  }

  async #basic(value: string): Promise<Principal> {
    const text = Buffer.from(value, 'base64').toString();
    const colon = text.indexOf(':');
    if (colon < 0) return anonymous;
    const [username, password] = [text.slice(0, colon), text.slice(colon + 1)];
    const task = this.#tasks.get(username);
    if (task !== undefined)
      return task.password === password ? { kind: 'scanner', name: username, repository: task.repository } : anonymous;
    const { robot_name_prefix: prefix } = this.#configuration.values;
    const robot = username.startsWith(prefix) ? this.#robots.byName(username.slice(prefix.length)) : undefined;
    if (robot !== undefined) return this.#robot({ ...robot, name: username }, password);
    // The long wait after a wrong password is for people.
    if (prefix !== '' && username.startsWith(prefix) && this.#users.byLogin(username).length === 0) return anonymous;
    const user = await this.login(username, password);
    return user === undefined ? anonymous : { kind: 'user', user };
  }

  async #robot(robot: Robot, secret: string): Promise<Principal> {
    if (robot.isDisabled === 1) return anonymous;
    const isExpired = robot.expiresAt !== -1 && robot.expiresAt * 1000 <= this.#clock.now().getTime();
    if (isExpired || !(await this.#secrets.fits(secret, robot.secret))) return anonymous;
    return { kind: 'robot', robot };
  }
}
