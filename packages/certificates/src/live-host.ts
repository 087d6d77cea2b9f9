import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { PilotError } from '@harbor-pilot/core';

/** A server to look at. */
export interface LiveHost {
  readonly hostname: string;
  readonly port: number;
}

const timeoutSeconds = 10;

/** Reads `harbor.example.com:443` or `[::1]:443`; undefined when it is something else. */
export function parseLiveHost(text: string): LiveHost | undefined {
  const [, six, name, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/.exec(text) ?? [];
  const hostname = six ?? name;
  return hostname === undefined || Number(port) > 65_535 ? undefined : { hostname, port: Number(port) };
}

/**
 * The certificates that a server shows, its own first. They are looked at whether they are trusted or not, and also when the
 * server then refuses a client that shows none.
 * @throws PilotError NETWORK_UNREACHABLE, DEADLINE_EXCEEDED
 */
export function fetchCertificates(host: LiveHost, signal: AbortSignal): Promise<readonly X509Certificate[]> {
  const { hostname, port } = host;
  const deadline = AbortSignal.timeout(timeoutSeconds * 1000);
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: hostname,
      port,
      rejectUnauthorized: false,
      ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
    });
    const either = AbortSignal.any([signal, deadline]);
    const abort = (): void => void socket.destroy(either.reason);
    either.addEventListener('abort', abort, { once: true });
    if (either.aborted) abort();
    let shown: X509Certificate | undefined;
    const read = (): void => {
      shown ??= socket.getPeerX509Certificate();
    };
    // In TLS 1.2 the server may end the handshake for want of a client certificate; its own is known before that.
    socket.prependOnceListener('keylog', read);
    socket.once('secureConnect', () => {
      read();
      socket.destroy();
    });
    let cause: Error | undefined;
    socket.once('error', (error) => {
      cause = error;
    });
    socket.once('close', () => {
      either.removeEventListener('abort', abort);
      if (shown !== undefined) resolve(chainOf(shown));
      else reject(signal.aborted ? signal.reason : failure(host, cause, deadline.aborted));
    });
  });
}

/** An authority that signed itself is its own issuer. */
function chainOf(first: X509Certificate): readonly X509Certificate[] {
  const chain = new Map<string, X509Certificate>();
  for (let next: X509Certificate | undefined = first; next !== undefined; next = next.issuerCertificate) {
    if (chain.has(next.fingerprint256)) break;
    chain.set(next.fingerprint256, next);
  }
  return [...chain.values()];
}

function failure(
  { hostname, port }: LiveHost,
  cause: (Error & { code?: string }) | undefined,
  isLate: boolean,
): PilotError {
  if (isLate) {
    return new PilotError(
      'DEADLINE_EXCEEDED',
      `${hostname}:${port} did not show a certificate in ${timeoutSeconds} s`,
      {
        cause,
        hint: 'Check the host and port; a firewall may drop the packets.',
      },
    );
  }
  const reason = cause?.code ?? cause?.message ?? 'the connection was closed';
  return new PilotError('NETWORK_UNREACHABLE', `${hostname}:${port} shows no certificate (${reason})`, {
    cause,
    hint: 'Check the host and port, and that TLS is spoken there. It is reached directly, not through a proxy.',
  });
}
