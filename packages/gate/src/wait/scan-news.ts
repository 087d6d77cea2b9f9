import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asString, PilotError, parseObject, registerSecret } from '@harbor-pilot/core';

/** Tells that something happened to a scan. It is no proof of anything: it only makes a wait look earlier. */
export interface ScanNews {
  /** Resolves with the next news, at once when there was some since the last call; when the signal aborts it need not. */
  next(signal: AbortSignal): Promise<void>;
}

/** A listener for the webhooks of a Harbor project. */
export interface WebhookListener extends ScanNews, AsyncDisposable {
  readonly port: number;
}

/** Where to listen, and for whom. */
export interface WebhookOptions {
  /** `127.0.0.1` unless said otherwise. */
  readonly host?: string;
  /** 0 for any free one. */
  readonly port: number;
  /** The "Auth Header" of the webhook in Harbor, which signs nothing: it sends this as `Authorization`, as it is. */
  readonly authHeader: string;
}

// An event about a scan has some kilobytes.
const bodyLimitBytes = 1024 * 1024;
const requestTimeoutMilliseconds = 10_000;
const connectionLimit = 20;

/**
 * Listens for the webhooks of a project, until it is disposed of. What is not about a scan is taken without effect.
 * @throws PilotError INPUT_INVALID without a header to know Harbor by, or when the address cannot be used.
 */
export async function listenForScans({
  host = '127.0.0.1',
  port,
  authHeader,
}: WebhookOptions): Promise<WebhookListener> {
  if (authHeader.trim() === '') {
    throw new PilotError('INPUT_INVALID', 'the webhook has no auth header', {
      hint: 'Set one in the webhook of the project in Harbor, and give the same one here: nothing else tells who sends it.',
    });
  }
  registerSecret(authHeader);
  const bell = new Bell();
  const server = createServer((request, response) => {
    answer(request, authHeader, bell).then(
      (status) => response.writeHead(status, { connection: 'close' }).end(),
      () => response.destroy(),
    );
  });
  server.requestTimeout = requestTimeoutMilliseconds;
  server.maxConnections = connectionLimit;
  await listen(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    next: (signal) => bell.next(signal),
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(request: IncomingMessage, authHeader: string, bell: Bell): Promise<number> {
  if (!isSame(request.headers.authorization ?? '', authHeader)) return 401;
  if (request.method !== 'POST') return 405;
  const body = await readBody(request);
  if (body === undefined) return 413;
  const type = eventType(body);
  if (type === undefined) return 400;
  if (/^(SCANNING_|harbor\.scan\.)/.test(type)) bell.ring();
  return 200;
}

/** In the same time whatever the texts are. */
function isSame(given: string, wanted: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(wanted));
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > bodyLimitBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Both forms that Harbor sends, its own and CloudEvents, call it `type`. */
function eventType(body: string): string | undefined {
  return asString(parseObject(body)?.type);
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  }).catch((cause: unknown) => {
    throw new PilotError('INPUT_INVALID', `${host}:${port} cannot be used to listen for webhooks`, {
      hint: 'Choose another port, or an address of this machine.',
      cause,
    });
  });
}

/** Remembers one ring while nobody waits. */
class Bell {
  #hasRung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#hasRung = this.#wake === undefined;
    this.#wake?.();
    this.#wake = undefined;
  }

  next(signal: AbortSignal): Promise<void> {
    if (this.#hasRung) {
      this.#hasRung = false;
      return Promise.resolve();
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    signal.addEventListener(
      'abort',
      () => {
        if (this.#wake === resolve) this.#wake = undefined;
      },
      { once: true },
    );
    return promise;
  }
}
