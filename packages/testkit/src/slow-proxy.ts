import { createServer, connect as dial, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** A way to a server that lets requests trickle, so that something can happen in the middle of one. TLS passes untouched. */
export interface SlowProxy {
  /** `127.0.0.1:PORT`, to be used instead of the server's host. */
  readonly host: string;
  /** Resolves when so many bytes have gone to the server since the start. */
  untilSent(bytes: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a proxy on loopback.
 * @param target `127.0.0.1:PORT` of the server.
 * @param options `freeBytes` pass at full speed, what comes after them at `bytesPerSecond`.
 */
export async function startSlowProxy(
  target: string,
  options: { readonly freeBytes: number; readonly bytesPerSecond: number },
): Promise<SlowProxy> {
  const [address, port] = target.split(':');
  const sockets = new Set<Socket>();
  let sent = 0;
  const slow = (): Transform =>
    new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        sent += chunk.length;
        const wait = sent > options.freeBytes ? (chunk.length / options.bytesPerSecond) * 1000 : 0;
        delay(wait).then(() => done(null, chunk), done);
      },
    });
  const server = createServer((client) => {
    const upstream = dial({ host: address, port: Number(port) });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    client.pipe(slow()).pipe(upstream);
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  return {
    host: `127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`,
    untilSent: async (bytes) => {
      while (sent < bytes) await delay(10);
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
