import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { executeStep, loginStep } from '@harbor-pilot/steps';
import { captureRuntime } from '../../packages/steps/test/runtime.ts';
import { type ChildProgram, startProgram } from '../../packages/testkit/src/child-program.ts';
import { makeCertificates } from './certificates.ts';
import { buildLayout } from './client-stage.ts';
import { type NetworkNamespace, openNamespace } from './network-namespace.ts';

/** Two registries with the same image and a private authority, in a network of their own. */
export interface TrustStage {
  readonly namespace: NetworkNamespace;
  /** URL of a proxy on this machine that leads into the namespace. */
  readonly proxy: string;
  /** It shows a certificate. */
  readonly host: string;
  /** It wants one, too. */
  readonly mutualHost: string;
  /** It speaks plain HTTP. */
  readonly plainHost: string;
  /** The reference of the image at a host. */
  image(host: string): string;
  /** OCI layout with it, named `v1`. */
  readonly layout: string;
  /** What the steps `login` at both registries, one after the other, gave. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly exported: Readonly<Record<string, string>>;
  /** The folder that a login wrote for a host. */
  certs(host: string): string;
  /** A path in the folder of the stage, which is the home of the programs. */
  file(name: string): string;
  /** A context to build, with the image at a host as its base. */
  context(host: string): Promise<string>;
  /** Runs a program in the namespace. */
  run(program: string, args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Outcome>;
  /** Starts a program in the namespace, which ends with the stage at the latest. */
  start(name: string, program: string, args: readonly string[]): ChildProgram;
  /** Starts one beside the namespace. */
  startOutside(name: string, program: string, args: readonly string[]): ChildProgram;
  close(): Promise<void>;
}

/** What the job of the stage has builds use. */
export const builderProxies = {
  HTTP_PROXY: 'http://proxy.example.com:3128',
  NO_PROXY: 'localhost .example.com',
} as const;

/** How a program ended. */
export interface Outcome {
  readonly succeeded: boolean;
  /** Both streams. */
  readonly output: string;
}

/** Starts the registries, and logs in at both as a job would. */
export async function openTrustStage(dockerRegistry: string): Promise<TrustStage> {
  const folder = await mkdtemp(join(tmpdir(), 'trust-'));
  const namespace = await openNamespace(folder);
  const programs: ChildProgram[] = [];
  const startOutside: TrustStage['start'] = (name, program, args) => {
    const started = startProgram(name, program, args, join(folder, `${name}.log`));
    programs.push(started);
    return started;
  };
  const start: TrustStage['start'] = (name, program, args) => startOutside(name, namespace.enter(program), args);
  const close = async (): Promise<void> => {
    for (const program of programs.reverse()) await program.stop();
    await namespace.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await makeCertificates(folder, namespace.address);
    const [host, mutualHost, plainHost] = await startRegistries(folder, namespace.address, (name, settings) =>
      start(name, dockerRegistry, ['serve', settings]),
    );
    const hosts = [host, mutualHost, plainHost];
    await namespace.waitFor(hosts).catch((error: unknown) => {
      throw new Error(`${error}\n${programs.map((program) => program.lastLines(5)).join('\n')}`);
    });
    const layout = join(folder, 'layout');
    await buildLayout(layout, join(folder, 'context'));
    const proxy = await namespace.startProxy();
    const logins = await logInTwice(folder, [host, mutualHost], { HTTPS_PROXY: proxy, ...builderProxies });
    const run: TrustStage['run'] = (program, args, environment = {}) =>
      new Promise((resolve) => {
        const env = { PATH: process.env.PATH, HOME: folder, ...environment };
        execFile(namespace.enter(program), args, { cwd: folder, env }, (error, stdout, stderr) =>
          resolve({ succeeded: error === null, output: stdout + stderr }),
        );
      });
    return {
      namespace,
      proxy,
      host,
      mutualHost,
      plainHost,
      image: (at) => `${at}/shop/base:v1`,
      layout,
      outputs: logins.outputs,
      exported: logins.exported,
      certs: (at) => join(logins.certsFolders[at] ?? '', at),
      file: (name) => join(folder, name),
      context: (at) => writeContext(join(folder, `context-${at}`), `${at}/shop/base:v1`),
      run,
      start,
      startOutside,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function writeContext(folder: string, base: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'Dockerfile'), `FROM ${base}\nCOPY Dockerfile /\n`);
  return folder;
}

/** Three registries with the same images. */
async function startRegistries(
  folder: string,
  address: string,
  start: (name: string, settings: string) => void,
): Promise<[string, string, string]> {
  const tls = { certificate: join(folder, `${address}.crt`), key: join(folder, `${address}.key`) };
  const kinds = [{ tls }, { tls: { ...tls, clientcas: [join(folder, 'ca.crt')] } }, {}];
  const hosts = await Promise.all(
    kinds.map(async (kind, index) => {
      const addr = `${address}:${5000 + index}`;
      const storage = { filesystem: { rootdirectory: join(folder, 'data') } };
      const settings = { version: 0.1, log: { level: 'error' }, storage, http: { addr, ...kind } };
      const path = join(folder, `registry-${index}.yml`);
      await writeFile(path, JSON.stringify(settings));
      start(`registry-${index}`, path);
      return addr;
    }),
  );
  return hosts as [string, string, string];
}

/** The second login shows a client certificate, and goes on from the first. */
async function logInTwice(
  folder: string,
  [host, mutualHost]: readonly [string, string],
  environment: Readonly<Record<string, string>>,
): Promise<Pick<TrustStage, 'outputs' | 'exported'> & { readonly certsFolders: Readonly<Record<string, string>> }> {
  const job = join(folder, 'job');
  await mkdir(job);
  const exported: Record<string, string> = {};
  const outputs: Record<string, string> = {};
  const certsFolders: Record<string, string> = {};
  const inputs = { username: 'ci', password: 'Harbor12345', 'ca-certificate': join(folder, 'ca.crt') };
  const identity = {
    'client-certificate': join(folder, 'client-ci.crt'),
    'client-key': join(folder, 'client-ci.key'),
    'export-ca': 'true',
    'proxy-for-builds': 'true',
  };
  for (const [index, given] of [
    { ...inputs, registry: host },
    { ...inputs, ...identity, registry: mutualHost },
  ].entries()) {
    const captured = captureRuntime(job, { ...environment, ...exported });
    const all: Readonly<Record<string, string>> = { ...given, 'docker-config': `login-${index}` };
    const runtime = {
      ...captured,
      exportVariable: (name: string, value: string) => void Object.assign(exported, { [name]: value }),
    };
    await executeStep(loginStep, runtime, [(name) => all[name]]).finally(() => captured.end());
    Object.assign(outputs, captured.outputs);
    certsFolders[given.registry] = captured.outputs['certs-folder'] ?? '';
  }
  return { outputs, exported, certsFolders };
}
