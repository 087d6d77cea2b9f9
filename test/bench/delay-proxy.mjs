import { connect, createServer } from 'node:net';

/**
 * A way to a server on loopback that is as long as a real one: bytes take half of the round trip in each direction, and a
 * connection takes one round trip before its first byte.
 */
export async function startDelayProxy(target, roundTripMilliseconds) {
  const [address, port] = target.split(':');
  const sockets = new Set();
  const server = createServer((client) => {
    const upstream = connect({ host: address, port: Number(port), noDelay: true });
    client.setNoDelay(true);
    delayed(client, upstream, roundTripMilliseconds / 2, roundTripMilliseconds);
    delayed(upstream, client, roundTripMilliseconds / 2, 0);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    host: `127.0.0.1:${server.address().port}`,
    stop: () =>
      new Promise((done) => {
        server.close(done);
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Passes on what comes, each piece after the same time, so that the order stays; the first ones wait for the connection. */
function delayed(from, to, milliseconds, handshakeMilliseconds) {
  const openAt = performance.now() + handshakeMilliseconds;
  const later = (run) => setTimeout(run, milliseconds + Math.max(0, openAt - performance.now()));
  from.on('data', (piece) => later(() => to.destroyed || to.write(piece)));
  from.on('end', () => later(() => to.end()));
}
