import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttp } from '@harbor-pilot/http';
import { type Credentials, createRegistry, type Registry } from '@harbor-pilot/registry';

/** A registry that runs for the time of a suite. */
export interface RunningRegistry {
  readonly host: string;
  /** A client of it; as the suite's account unless others are given. */
  connect(credentials?: Credentials): Registry;
  close(): Promise<void>;
}

// The bcrypt form of "pass-word", at the lowest cost.
const passwordLine = 'ci:$2b$04$wvzgXtOhzfnderFRSXn4zO9APUBYu3IwHT0Efunq0M3luqcXJV9bK\n';
export const dockerRegistryCredentials: Credentials = { username: 'ci', password: 'pass-word' };

/** Debian's docker-registry: distribution 2.8, without a referrers API. Its data is in a new folder below `parent`. */
export async function startDockerRegistry(binary: string, parent = tmpdir()): Promise<RunningRegistry> {
  const folder = await mkdtemp(join(parent, 'docker-registry-'));
  const port = await freePort();
  await writeFile(join(folder, 'htpasswd'), passwordLine);
  await writeFile(
    join(folder, 'config.yml'),
    `version: 0.1
log: { level: error }
storage: { filesystem: { rootdirectory: ${folder}/data }, delete: { enabled: true } }
auth: { htpasswd: { realm: "docker, registry", path: ${folder}/htpasswd } }
http: { addr: "127.0.0.1:${port}", secret: test }
`,
  );
  const child = spawn(binary, ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
  const host = `127.0.0.1:${port}`;
  const http = createHttp();
  const response = await http.request({ method: 'GET', url: `http://${host}/v2/`, attempts: 6 });
  await response.discard();
  return {
    host,
    connect: (credentials = dockerRegistryCredentials) => createRegistry({ http, host, credentials, plainHttp: true }),
    close: async () => {
      http.close();
      const ended = once(child, 'exit');
      child.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
