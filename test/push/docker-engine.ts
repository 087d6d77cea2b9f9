import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProgram } from '../../packages/testkit/src/child-program.ts';

/** A real Docker engine of a test's own. */
export interface DockerEngine {
  /** For DOCKER_HOST. */
  readonly address: string;
  /** Builds an image of two layers from files of these sizes. */
  build(name: string, sizes: readonly number[]): Promise<void>;
  /** Writes what "docker save" writes. */
  save(name: string, path: string): Promise<void>;
  stop(): Promise<void>;
}

const startSeconds = 60;

/** Starts an engine without network and containers, all in a folder of its own. It must run as root. */
export async function startDockerEngine(dockerd: string, folder: string): Promise<DockerEngine> {
  const socketPath = join(folder, 'docker.sock');
  const paths = ['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')];
  const files = ['-H', `unix://${socketPath}`, '--pidfile', join(folder, 'docker.pid')];
  const args = [...paths, ...files, '--iptables=false', '--bridge=none'];
  const program = startProgram('dockerd', dockerd, args, join(folder, 'docker.log'));
  const call = (method: string, path: string, body?: Uint8Array): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const sent = request({ socketPath, method, path, headers: { 'content-type': 'application/x-tar' } }, (answer) => {
        if (answer.statusCode === 200) buffer(answer).then(resolve, reject);
        else text(answer).then((words) => reject(new Error(`${method} ${path}: ${words}`)), reject);
      });
      sent.once('error', reject).end(body);
    });
  const deadline = Date.now() + startSeconds * 1000;
  while (!(await call('GET', '/_ping').catch(() => undefined))) {
    if (program.hasEnded() || Date.now() > deadline) throw new Error(`no Docker engine:\n${program.lastLines(10)}`);
    await sleep(50);
  }
  return {
    address: `unix://${socketPath}`,
    build: async (name, sizes) => {
      const context = join(folder, 'context');
      await mkdir(context, { recursive: true });
      for (const [index, size] of sizes.entries())
        await writeFile(join(context, `file-${index}`), Buffer.alloc(size, index));
      const copies = sizes.map((_, index) => `COPY file-${index} /\n`).join('');
      await writeFile(join(context, 'Dockerfile'), `FROM scratch\n${copies}`);
      const words = await call(
        'POST',
        `/build?t=${name}`,
        execFileSync('tar', ['-c', '-C', context, '.'], { maxBuffer: 2 ** 30 }),
      );
      if (words.includes('errorDetail')) throw new Error(words.toString());
    },
    save: async (name, path) => writeFile(path, await call('GET', `/images/${name}/get`)),
    stop: () => program.stop(),
  };
}
