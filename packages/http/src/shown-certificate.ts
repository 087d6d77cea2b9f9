import { X509Certificate } from 'node:crypto';
import type { ClientRequest } from 'node:http';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import { nodeTls } from './node-http.ts';

/**
 * Watches the handshake of a request. Node drops the certificates as it refuses them, so they are read before: in TLS 1.3
 * when the handshake is over, in TLS 1.2 already when the keys are made, because the server may still end the handshake
 * for want of a client certificate.
 * @param show hears once the server's certificate, then those of its issuers as far as they were sent or are known here;
 *   with the connection.
 */
export function watchCertificates(
  request: ClientRequest,
  show: (chain: readonly X509Certificate[], socket: TLSSocket) => void,
): void {
  request.once('socket', (socket) => {
    if (request.reusedSocket || !(socket instanceof nodeTls().TLSSocket)) return;
    let isShown = false;
    const read = () => {
      // Not getPeerX509Certificate: it takes the certificate away from the check of its names (Node.js 24.21).
      const chain = isShown ? [] : chainOf(socket.getPeerCertificate(true));
      if (chain.length === 0) return;
      isShown = true;
      show(chain, socket);
    };
    // Through a proxy the handshake is over by now.
    read();
    socket.prependOnceListener('keylog', read);
    socket.prependOnceListener('secure', read);
  });
}

function chainOf(own: DetailedPeerCertificate | null | undefined): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  const seen = new Set<DetailedPeerCertificate>();
  // A root is its own issuer.
  for (let next = own ?? undefined; next?.raw !== undefined && !seen.has(next); next = next.issuerCertificate) {
    seen.add(next);
    chain.push(new X509Certificate(next.raw));
  }
  return chain;
}
