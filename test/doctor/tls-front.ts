import type { AddressInfo } from 'node:net';
import { connect, createServer, type TlsOptions } from 'node:tls';

/** Another door to a server. */
export interface TlsFront extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
}

/**
 * Opens another door to a server that speaks TLS, with certificates and demands of its own.
 * @param target `127.0.0.1:PORT`.
 */
export async function openTlsFront(target: string, identity: TlsOptions): Promise<TlsFront> {
  const [host, port] = target.split(':');
  const server = createServer(identity, (client) => {
    // It is a test on loopback: who answers there is known.
    const behind = connect({ host, port: Number(port), rejectUnauthorized: false });
    client.on('error', () => behind.destroy());
    behind.on('error', () => client.destroy());
    client.pipe(behind).pipe(client);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}
