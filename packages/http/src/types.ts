import type { X509Certificate } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { SecureContextOptions } from 'node:tls';
import type { Policy, Tries } from './policy.ts';

/** A client certificate with its key, as TLS wants them, checked to belong together. */
export interface ClientIdentity {
  readonly certificate: X509Certificate;
  readonly tls: Pick<SecureContextOptions, 'cert' | 'key' | 'pfx' | 'passphrase'>;
}

/** What to trust when talking to one host. Nothing here is global: each host has its own. */
export interface HostTrust {
  /** Certificates of authorities in PEM, added to those of the system. */
  readonly caCertificate?: string;
  /** Shown to this host when it asks who we are. */
  readonly clientIdentity?: ClientIdentity;
  /** Accept any certificate of this host. Loud: it is warned about. */
  readonly insecure?: boolean;
  /** Speak plain HTTP with this host. Loud, too. */
  readonly plainHttp?: boolean;
}

/**
 * A stream to send. The memory of a chunk may be used again once the next chunk but one is asked for; destroying it wakes
 * who waits for the next one.
 */
export type BodyStream = AsyncIterable<Buffer> & { destroy?(): void };

/** The body of a request: bytes, or a function that opens a fresh stream, so that the request can be tried again. */
export type RequestBody =
  | Uint8Array
  | string
  | {
      readonly open: () => Promise<BodyStream> | BodyStream;
      readonly sizeBytes: number;
      /** Ends the body early, and in good order, when it is aborted; the body is then sent in chunks, without a length. */
      readonly until?: AbortSignal;
    };

/** One request. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  /** `Authorization` is dropped at a redirect to another origin. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestBody | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Time for the answer's headers and between two chunks; that of the policy when absent. */
  readonly timeoutSeconds?: number | undefined;
  /**
   * Tries in all for failures that a retry may heal (connection lost, 408, 429, 502, 503, 504). When absent: as in the
   * policy, but 1 for POST and PATCH, which are not safe to repeat unless the caller knows better.
   */
  readonly attempts?: number | undefined;
  /** Whether 500 is such a failure, too: only the caller knows whether the server means more than a moment's trouble with it. */
  readonly mayHeal500?: boolean;
  /** Redirects are followed by hand, up to five; `manual` gives the 3xx back. */
  readonly redirect?: 'follow' | 'manual';
}

/** One answer; its body must be read or discarded. */
export interface HttpResponse {
  readonly status: number;
  /** The URL that answered, after redirects. */
  readonly url: string;
  /** Names in lower case; several values are joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
  /** All bytes; PilotError CONTENT_HOSTILE when there are more than the limit (8 MiB when absent). */
  bytes(limitBytes?: number): Promise<Buffer>;
  text(limitBytes?: number): Promise<string>;
  /** Foreign JSON; PilotError ANSWER_UNEXPECTED when it is none. */
  json(limitBytes?: number): Promise<unknown>;
  /** Throws the body away, so that the connection can be used again. */
  discard(): Promise<void>;
}

/** One HTTP client for all hosts of a step. */
export interface Http {
  /** Any status is an answer. PilotError NETWORK_UNREACHABLE, TLS_UNTRUSTED, DEADLINE_EXCEEDED when there is none. */
  request(request: HttpRequest): Promise<HttpResponse>;
  readonly policy: Policy;
  /** Begins the tries of a task made of several requests, on the same budget as theirs. */
  tries(attempts?: number): Tries;
  /** Closes idle connections. */
  close(): void;
}
