import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDevHarbor } from '@harbor-pilot/dev-harbor';
import { createHarbor, type Harbor, type NewRobot } from '@harbor-pilot/harbor';
import { createHttp } from '@harbor-pilot/http';
import { buildImage } from '@harbor-pilot/image';
import { type Descriptor, openLayout } from '@harbor-pilot/oci';
import { expect } from '@jest/globals';

/** What a program left behind. */
export interface Outcome {
  readonly exitCode: number;
  /** Both streams. */
  readonly output: string;
}

/** An embedded Harbor with a project for a foreign client, and a folder where that client keeps its files. */
export interface ClientStage {
  readonly host: string;
  readonly harbor: Harbor;
  readonly directory: string;
  /** PEM file. */
  readonly caFile: string;
  /** May pull, push and delete in the project `shop`. */
  readonly keeper: NewRobot;
  /** May pull and push. */
  readonly builder: NewRobot;
  /** An OCI layout with one image, named `v1`. */
  readonly layout: string;
  readonly image: Descriptor;
  /** Runs a program in the folder, trusting this Harbor, and gives what it printed. Fails when the program fails. */
  succeed(program: string, args: readonly string[], input?: string): Promise<string>;
  /** Runs a program that is to fail. */
  fail(program: string, args: readonly string[], input?: string): Promise<string>;
  close(): Promise<void>;
}

/** Starts a Harbor with the project `shop`, two robots and an image to push. */
export async function openStage(): Promise<ClientStage> {
  const directory = await mkdtemp(join(tmpdir(), 'clients-'));
  const dev = await startDevHarbor({ dataDirectory: join(directory, 'harbor') });
  const { host, caCertificate, username, password } = dev;
  const caFile = join(directory, 'ca.crt');
  await writeFile(caFile, caCertificate);
  const http = createHttp({ trust: { [host]: { caCertificate } } });
  const harbor = createHarbor({ http, host, credentials: { username, password } });
  await harbor.ensureProject('shop');
  const robot = (name: string, ...actions: readonly string[]): Promise<NewRobot> => {
    const access = actions.map((action) => ({ resource: 'repository', action }));
    return harbor.createRobot({ name, project: 'shop', durationDays: 1, access });
  };
  const env = { ...process.env, HOME: directory, DOCKER_CONFIG: directory, SSL_CERT_FILE: caFile, COSIGN_PASSWORD: '' };
  const run = (program: string, args: readonly string[], input = ''): Promise<Outcome> =>
    new Promise((resolve) => {
      const child = execFile(program, args, { cwd: directory, env }, (error, stdout, stderr) => {
        const exitCode = typeof error?.code === 'number' ? error.code : Number(error !== null);
        resolve({ exitCode, output: stdout + stderr });
      });
      child.stdin?.end(input);
    });
  const layout = join(directory, 'layout');
  return {
    host,
    harbor,
    directory,
    caFile,
    layout,
    keeper: await robot('keeper', 'pull', 'push', 'list', 'delete'),
    builder: await robot('builder', 'pull', 'push', 'list'),
    image: await buildLayout(layout, join(directory, 'context')),
    succeed: async (program, args, input) => {
      const { exitCode, output } = await run(program, args, input);
      expect({ args, exitCode, output }).toEqual({ args, exitCode: 0, output: expect.anything() });
      return output;
    },
    fail: async (program, args, input) => {
      const { exitCode, output } = await run(program, args, input);
      expect({ args, output, failed: exitCode !== 0 }).toEqual({ args, output, failed: true });
      return output;
    },
    close: async () => {
      await dev.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** An image of two layers, built of files that nobody else has. */
export async function buildLayout(directory: string, context: string): Promise<Descriptor> {
  await mkdir(context);
  await writeFile(join(context, 'large'), randomBytes(300_000));
  await writeFile(join(context, 'small'), randomBytes(20_000));
  await writeFile(
    join(context, 'Dockerfile'),
    'FROM scratch\nCOPY large /usr/\nCOPY small /usr/\nCMD ["/usr/small"]\n',
  );
  const layout = await openLayout(directory);
  const { root } = await buildImage({
    contextDirectory: context,
    platforms: [{ os: 'linux', architecture: 'amd64' }],
    layout,
    registryFor: (host) => {
      throw new Error(`the image has no base, but ${host} was asked for`);
    },
  });
  await layout.setRoots([{ ...root, annotations: { 'org.opencontainers.image.ref.name': 'v1' } }]);
  return root;
}

/** The digests that an OCI layout written by somebody else names. */
export async function rootsOf(directory: string): Promise<string[]> {
  const { manifests } = JSON.parse(await readFile(join(directory, 'index.json'), 'utf8')) as {
    manifests: Descriptor[];
  };
  return manifests.map(({ digest }) => digest);
}
