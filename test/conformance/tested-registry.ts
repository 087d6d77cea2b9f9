import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDevHarbor } from '@harbor-pilot/dev-harbor';
import { createAuthorizer } from './authorizer.ts';
import { type Answer, type Call, exchange } from './exchange.ts';

/** The registry whose answers are judged. */
export interface TestedRegistry {
  readonly isHarbor: boolean;
  /** The `Warning` headers of each answer that had some. */
  readonly warnings: readonly (readonly string[])[];
  /** Sends a request exactly as asked, with credentials unless `anonymous`; follows nothing, repeats nothing. */
  send(method: string, target: string | URL, call?: Call): Promise<Answer>;
  /** The name of a repository that nobody used before. */
  newRepository(): string;
  close(): Promise<void>;
}

interface Connection {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** PEM. */
  readonly caCertificate: string | undefined;
  close(): Promise<void>;
}

/** The registry of `HARBOR_PILOT_TEST_URL`, or an embedded Harbor. */
export async function startTestedRegistry(environment: NodeJS.ProcessEnv): Promise<TestedRegistry> {
  return connect(await (environment.HARBOR_PILOT_TEST_URL ? connectionOf(environment) : embedded()));
}

async function connectionOf(environment: NodeJS.ProcessEnv): Promise<Connection> {
  const caFile = environment.HARBOR_PILOT_TEST_CA;
  return {
    url: environment.HARBOR_PILOT_TEST_URL ?? '',
    username: environment.HARBOR_PILOT_TEST_USERNAME ?? '',
    password: environment.HARBOR_PILOT_TEST_PASSWORD ?? '',
    caCertificate: caFile === undefined ? undefined : await readFile(caFile, 'utf8'),
    close: async () => {},
  };
}

async function embedded(): Promise<Connection> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'conformance-'));
  const harbor = await startDevHarbor({ dataDirectory });
  const { url, username, password, caCertificate } = harbor;
  const close = async (): Promise<void> => {
    await harbor.close();
    await rm(dataDirectory, { recursive: true, force: true });
  };
  return { url, username, password, caCertificate, close };
}

async function connect({ url, username, password, caCertificate, close }: Connection): Promise<TestedRegistry> {
  const isTls = new URL(url).protocol === 'https:';
  const ca = caCertificate === undefined ? {} : { ca: caCertificate };
  const agent = isTls ? new HttpsAgent(ca) : new HttpAgent();
  const bare = async (method: string, target: string | URL, call: Call = {}): Promise<Answer> =>
    exchange(agent, method, new URL(target, url), call);
  const basic = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const authorize = createAuthorizer(bare, username === '' ? undefined : basic);
  const warnings: (readonly string[])[] = [];
  const asAdmin = { authorization: basic, 'content-type': 'application/json' };
  const isHarbor = (await bare('GET', '/api/v2.0/ping')).bytes.toString().includes('Pong');
  const project = `conformance-${randomUUID().slice(0, 8)}`;
  const repositories: string[] = [];
  if (isHarbor) {
    const body = JSON.stringify({ project_name: project });
    const { status } = await bare('POST', '/api/v2.0/projects', { headers: asAdmin, body });
    if (status !== 201) throw new Error(`the project ${project} could not be created: ${status}`);
  }
  return {
    isHarbor,
    warnings,
    send: async (method, target, call = {}) => {
      const authorization = call.anonymous === true ? {} : await authorize(new URL(target, url));
      const answer = await bare(method, target, { ...call, headers: { ...authorization, ...call.headers } });
      if (answer.warnings.length > 0) warnings.push(answer.warnings);
      return answer;
    },
    newRepository: () => {
      const name = `app${repositories.length}`;
      repositories.push(name);
      return `${project}/${name}`;
    },
    close: async () => {
      if (isHarbor) {
        const path = `/api/v2.0/projects/${project}`;
        for (const name of repositories) await bare('DELETE', `${path}/repositories/${name}`, { headers: asAdmin });
        await bare('DELETE', path, { headers: asAdmin });
      }
      agent.destroy();
      await close();
    },
  };
}
