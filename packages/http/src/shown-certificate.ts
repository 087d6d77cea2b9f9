import { X509Certificate } from 'node:crypto';
import type { ClientRequest } from 'node:http';
import { type DetailedPeerCertificate, TLSSocket } from 'node:tls';

/** What the server showed of itself in the handshake. */
export interface ShownCertificates {
  /** Its own certificate, then those of its issuers as far as they were sent or are known here; empty when the handshake did not get so far. */
  chain: readonly X509Certificate[];
}

/**
 * Watches the handshake of a request. Node drops the certificates as it refuses them, so they are read before: in TLS 1.3
 * when the handshake is over, in TLS 1.2 already when the keys are made, because the server may still end the handshake
 * for want of a client certificate.
 */
export function watchCertificates(request: ClientRequest): ShownCertificates {
  const shown: ShownCertificates = { chain: [] };
  request.once('socket', (socket) => {
    if (request.reusedSocket || !(socket instanceof TLSSocket)) return;
    const read = () => {
      // Not getPeerX509Certificate: it takes the certificate away from the check of its names (Node.js 24.21).
      if (shown.chain.length === 0) shown.chain = chainOf(socket.getPeerCertificate(true));
    };
    socket.prependOnceListener('keylog', read);
    socket.prependOnceListener('secure', read);
  });
  return shown;
}

function chainOf(own: DetailedPeerCertificate | undefined): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  const seen = new Set<DetailedPeerCertificate>();
  // A root is its own issuer.
  for (let next = own; next?.raw !== undefined && !seen.has(next); next = next.issuerCertificate) {
    seen.add(next);
    chain.push(new X509Certificate(next.raw));
  }
  return chain;
}
