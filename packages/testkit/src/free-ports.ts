import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Ports on 127.0.0.1 that were free just now, all different. For programs that cannot take port 0. */
export async function findFreePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
