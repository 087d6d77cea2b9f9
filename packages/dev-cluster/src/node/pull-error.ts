import { messageOf } from '@harbor-pilot/core';
/** Why an image could not be pulled, worded as containerd words it (containerd 2.1, core/remotes/docker). */
export class PullError extends Error {
  override readonly name = 'PullError';
  /** The gRPC code that the container runtime would give. */
  readonly grpcCode: 'NotFound' | 'Unknown';

  constructor(message: string, grpcCode: 'NotFound' | 'Unknown' = 'Unknown') {
    super(message);
    this.grpcCode = grpcCode;
  }
}

/** The error with words before it. */
export function wrap(prefix: string, error: unknown): PullError {
  const message = messageOf(error);
  return new PullError(`${prefix}: ${message}`, error instanceof PullError ? error.grpcCode : 'Unknown');
}

const untrusted = 'tls: failed to verify certificate: x509: certificate signed by unknown authority';

/** What Go says where Node gives one of its codes. */
const goWords: Readonly<Record<string, (host: string, message: string) => string>> = {
  ECONNREFUSED: (host) => `dial tcp ${host}: connect: connection refused`,
  ENOTFOUND: (host) => `dial tcp: lookup ${host.replace(/:\d+$/, '')}: no such host`,
  ECONNRESET: () => 'read: connection reset by peer',
  EPROTO: () => 'http: server gave HTTP response to HTTPS client',
  ERR_SSL_WRONG_VERSION_NUMBER: () => 'http: server gave HTTP response to HTTPS client',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: () => 'http: server gave HTTP response to HTTPS client',
  SELF_SIGNED_CERT_IN_CHAIN: () => untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: () => untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: () => untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: () => untrusted,
  CERT_HAS_EXPIRED: () => 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid',
  ERR_TLS_CERT_ALTNAME_INVALID: (_host, message) => `tls: failed to verify certificate: x509: ${message}`,
  ABORT_ERR: () => 'context canceled',
};

/** A failed request, with the method, the address and the reason. */
export function requestFailed(method: string, url: URL, error: unknown): PullError {
  const message = messageOf(error);
  const code = String((error as { code?: unknown } | undefined)?.code);
  const isTimeout = error instanceof Error && error.name === 'TimeoutError';
  const reason = isTimeout ? 'context deadline exceeded' : (goWords[code]?.(url.host, message) ?? message);
  const verb = method.charAt(0) + method.slice(1).toLowerCase();
  return new PullError(`failed to do request: ${verb} "${url.href}": ${reason}`);
}
