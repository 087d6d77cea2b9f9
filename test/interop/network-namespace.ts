import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream';

/**
 * A network of its own, with one address that is not of the loopback block, and an `/etc` of its own that begins as a copy
 * of the machine's. Both are gone when the last program in it has ended.
 */
export interface NetworkNamespace {
  /** Of the loopback device in there. */
  readonly address: string;
  /** A program that runs another one in there. */
  enter(program: string): string;
  /** Waits until somebody listens at all of these, `host:port`. */
  waitFor(hosts: readonly string[]): Promise<void>;
  /** An HTTP proxy on 127.0.0.1 of this machine that reaches what is in there; its URL. */
  startProxy(): Promise<string>;
  close(): Promise<void>;
}

const enterFlags = ['--net', '--mount'];

/** Whether this account may make namespaces. A missing program is no answer. */
export function mayMakeNamespaces(): boolean {
  const { status, error } = spawnSync('unshare', [...enterFlags, 'true']);
  return error !== undefined || status === 0;
}

const address = '10.99.0.1';

/** It ends with its input, so that nothing stays when the test is killed. */
const holder = `set -e
mount -t tmpfs tmpfs "$0"
mkdir "$0/upper" "$0/work"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$0/upper,workdir=$0/work" /etc
ip link set lo up
ip addr add ${address}/32 dev lo
echo ready
exec cat`;

/** Carries a connection from its input and output to an address. */
const relay = `const { connect } = require('node:net');
const socket = connect(Number(process.argv[2]), process.argv[1]).on('error', () => process.exit(1));
process.stdin.pipe(socket).pipe(process.stdout);`;

/** Tries addresses for 30 s. */
const wait = `const { connect } = require('node:net');
setTimeout(() => process.exit(1), 30_000).unref();
const look = (address) => new Promise((found) => {
  const [host, port] = address.split(':');
  const socket = connect(Number(port), host, () => found(socket.destroy()));
  socket.on('error', () => setTimeout(() => found(look(address)), 50));
});
Promise.all(process.argv.slice(1).map(look)).then(() => process.exit(0));`;

/** Makes a namespace; its programs and mounts are kept below a folder. */
export async function openNamespace(folder: string): Promise<NetworkNamespace> {
  const [mounts, programs] = [join(folder, 'namespace'), join(folder, 'programs')];
  for (const path of [mounts, programs]) mkdirSync(path);
  const child = spawn('unshare', [...enterFlags, 'sh', '-c', holder, mounts], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  if (line !== 'ready') throw new Error('no namespace');
  const enter = ['nsenter', `--target=${child.pid}`, ...enterFlags, '--'];
  const proxy = createServer().on('connect', (request, socket) => {
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const [program = '', ...args] = [...enter, process.execPath, '-e', relay, host, port];
    const carrier = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    pipeline(socket, carrier.stdin, () => carrier.kill());
    pipeline(carrier.stdout, socket, () => undefined);
  });
  return {
    address,
    enter: (program) => {
      const path = join(programs, program.replaceAll('/', '_'));
      writeFileSync(path, `#!/bin/sh\nexec ${enter.join(' ')} '${program}' "$@"\n`);
      chmodSync(path, 0o700);
      return path;
    },
    waitFor: async (hosts) => {
      const [program = '', ...args] = [...enter, process.execPath, '-e', wait, ...hosts];
      const [exitCode] = await once(spawn(program, args, { stdio: 'inherit' }), 'exit');
      if (exitCode !== 0) throw new Error(`nobody listens at one of ${hosts.join(', ')}`);
    },
    startProxy: async () => {
      await once(proxy.listen(0, '127.0.0.1'), 'listening');
      return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    },
    close: async () => {
      proxy.closeAllConnections();
      proxy.close();
      child.stdin.end();
      await ended;
    },
  };
}
