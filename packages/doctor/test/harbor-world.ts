import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@harbor-pilot/core';
import { type DevHarbor, type DevHarborOptions, startDevHarbor } from '@harbor-pilot/dev-harbor';
import { type CheckResult, connectionChecks, type DoctorContext, examine, harborChecks } from '@harbor-pilot/doctor';
import { createHarbor, type Harbor } from '@harbor-pilot/harbor';
import { createHttp, type Http } from '@harbor-pilot/http';
import { type Credentials, createRegistry } from '@harbor-pilot/registry';
import { randomImage } from '../../registry/test/images.ts';

/** What a test examines. */
export interface Examined {
  /** `acme`, `acme/app` or `acme/app:v1`. */
  readonly image: string;
  /** null for nobody; the administrator when absent. */
  readonly as?: Credentials | null;
  readonly deploy?: Credentials;
  readonly mayPush?: boolean;
  /** What Harbor answers in place of the embedded one, for states that it cannot be brought into. */
  readonly instead?: Partial<Harbor>;
}

/** An embedded Harbor, and the doctor in front of it. */
export class HarborWorld {
  readonly harbor: DevHarbor;
  readonly #directory: string;
  readonly #http: Http;

  private constructor(harbor: DevHarbor, directory: string) {
    this.harbor = harbor;
    this.#directory = directory;
    this.#http = createHttp({ trust: { [harbor.host]: { caCertificate: harbor.caCertificate } } });
  }

  static async start(options: Partial<DevHarborOptions> = {}): Promise<HarborWorld> {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'doctor-'));
    return new HarborWorld(await startDevHarbor({ ...options, dataDirectory }), dataDirectory);
  }

  async end(): Promise<void> {
    this.#http.close();
    await this.harbor.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** Examines the way to Harbor, and Harbor; the results by the id of their check. */
  async examine({ image, as, deploy, mayPush = true, instead }: Examined) {
    const [path = '', tagOrDigest] = image.split(':');
    const { host, caCertificate, username, password } = this.harbor;
    const credentials = as === null ? undefined : (as ?? { username, password });
    const servers = { http: this.#http, host };
    const context: DoctorContext = {
      host,
      trust: { caCertificate },
      environment: {},
      platforms: [],
      http: this.#http,
      registry: createRegistry({ ...servers, ...(credentials && { credentials }) }),
      harbor: {
        ...createHarbor({ ...servers, credentials: credentials ?? { username: '', password: '' } }),
        ...instead,
      },
      mayPush,
      clock: systemClock,
      project: path.split('/')[0] ?? '',
      ...(credentials && { credentials }),
      ...(path.includes('/') ? { repository: path } : {}),
      ...(tagOrDigest === undefined ? {} : { tagOrDigest }),
      ...(deploy && {
        deploy: { username: deploy.username, registry: createRegistry({ ...servers, credentials: deploy }) },
      }),
    };
    const { signal } = new AbortController();
    const checks = [...connectionChecks(context), ...harborChecks(context)];
    const results = await examine(checks, { clock: systemClock, signal, timeoutSeconds: 20 });
    return new Map(results.map((result) => [result.id, result]));
  }

  /** Asks Harbor for something as the administrator. */
  async send(method: 'POST' | 'PUT' | 'DELETE', path: string, json: unknown): Promise<string> {
    const { url, username, password } = this.harbor;
    const response = await this.#http.request({
      method,
      url: `${url}/api/v2.0${path}`,
      headers: {
        authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(json),
    });
    const text = await response.text();
    if (response.status >= 300) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return response.headers.location ?? '';
  }

  /** Makes a project, private unless its settings say otherwise; gives its number. */
  async project(name: string, metadata: Readonly<Record<string, string>> = {}, owner?: Credentials): Promise<number> {
    const harbor = this.#as(owner);
    await harbor.ensureProject(name, metadata);
    return harbor.projectId(name);
  }

  /** Makes a robot account with permissions like `repository:pull scan:create`. */
  async robot(project: string, permissions: string): Promise<Credentials> {
    const access = permissions.split(' ').map((one) => {
      const [resource = '', action = ''] = one.split(':');
      return { resource, action };
    });
    const name = `r${Math.random().toString(36).slice(2)}`;
    const made = await this.#as().createRobot({ name, project, durationDays: 1, access });
    return { username: made.name, password: made.secret };
  }

  /** Makes a user, as a member of a project where one is named. */
  async user(username: string, project?: string, role = 2): Promise<Credentials> {
    const password = 'Harbor12345';
    await this.send('POST', '/users', { username, password, email: `${username}@example.test`, realname: username });
    if (project !== undefined) {
      await this.send('POST', `/projects/${project}/members`, { role_id: role, member_user: { username } });
    }
    return { username, password };
  }

  /** Pushes an image of one layer. */
  async push(repository: string, tag: string): Promise<void> {
    const { host, username, password } = this.harbor;
    const registry = createRegistry({ http: this.#http, host, credentials: { username, password } });
    const { root, source } = randomImage(1, 1000);
    await registry.pushImage(repository, root.descriptor, source, { tags: [tag] });
  }

  #as(account?: Credentials) {
    const { host, username, password } = this.harbor;
    return createHarbor({ http: this.#http, host, credentials: account ?? { username, password } });
  }
}

/** The checks that failed, with their codes, in their order: the first is the cause. */
export function failures(results: ReadonlyMap<string, CheckResult>): readonly string[] {
  return [...results.values()].flatMap(({ id, status, code }) => (status === 'failed' ? [`${id} ${code}`] : []));
}
