import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A server that listens. */
export interface LocalServer {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Ends the server together with the connections to it. */
  close(): Promise<void>;
}

/** Has a server listen on a free port of 127.0.0.1. */
export async function listenLocally(server: Server | HttpsServer): Promise<LocalServer> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
