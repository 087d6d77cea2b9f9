import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Exchanges recorded with a real Harbor 2.15.2, beside the repository. */
const folder = resolve(fileURLToPath(new URL('../../..', import.meta.url)), '../shared/harbor-transcripts');
export const hasRecording = existsSync(folder);

/** One recorded exchange. Credentials are not in it, and bodies that are no text are damaged. */
export interface Recorded {
  /** `1-063` */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly status: number;
  readonly answerHeaders: Readonly<Record<string, string>>;
  readonly answer: string;
}

/** The exchanges of one part of the recording, in their order. */
export function readRecording(part: string): Recorded[] {
  const files = readdirSync(folder).filter((file) => file.startsWith(`${part}-`));
  return files.sort().map((file) => parse(file.slice(0, 5), readFileSync(join(folder, file), 'utf8')));
}

function parse(name: string, text: string): Recorded {
  const end = text.indexOf('\n\n< ');
  const [request = '', ...bodies] = text.slice(0, end).split('\n>\n> ');
  const [answerHead = '', ...answers] = text.slice(end + 2).split('\n\n');
  const [requestLine = '', ...headers] = linesOf(request);
  const [statusLine = '', ...answerHeaders] = linesOf(answerHead);
  const [method = '', path = ''] = requestLine.split(' ');
  return {
    name,
    method,
    path,
    headers: Object.fromEntries(headers.map(fieldOf)),
    body: bodies.length === 0 ? undefined : bodies.join('\n>\n> '),
    status: Number.parseInt(statusLine, 10),
    answerHeaders: Object.fromEntries(answerHeaders.map(fieldOf).map(([key, value]) => [key.toLowerCase(), value])),
    answer: answers.join('\n\n').trim(),
  };
}

const linesOf = (text: string): string[] => text.split('\n').map((line) => line.slice(2));

function fieldOf(line: string): [string, string] {
  const colon = line.indexOf(': ');
  return [line.slice(0, colon), line.slice(colon + 2)];
}

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Stands in for what a recording has lost: other bytes, under other digests, and addresses of uploads. */
export class Substitutes {
  /** Digests, without their algorithm, of the recording and of the replay. */
  readonly #digests = new Map<string, string>();
  readonly #uploads = new Map<string, string>();

  /** The path, headers and body to send instead of the recorded ones. */
  requestFor({ method, path, headers, body }: Recorded): {
    path: string;
    headers: Record<string, string>;
    body?: Buffer;
  } {
    const upload = /\/blobs\/uploads\/([0-9a-f-]{36})/.exec(path)?.[1] ?? '';
    const digest = /digest=sha256:([0-9a-f]+)/.exec(path)?.[1];
    let bytes = body === undefined ? undefined : Buffer.from(upload === '' ? this.#ours(body) : body);
    if (digest !== undefined && (bytes === undefined || digestOf(bytes) !== digest)) {
      bytes = randomBytes(100);
      this.#digests.set(digest, digestOf(bytes));
    }
    if (method === 'PUT' && path.includes('/manifests/')) {
      this.#digests.set(digestOf(Buffer.from(body ?? '')), digestOf(bytes ?? Buffer.alloc(0)));
    }
    const location = this.#uploads.get(upload);
    const query = digest === undefined ? '' : `&digest=sha256:${digest}`;
    return {
      path: this.#ours(
        location === undefined ? path : `${new URL(location).pathname}${new URL(location).search}${query}`,
      ),
      headers: Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, this.#ours(value)])),
      ...(bytes === undefined ? {} : { body: bytes }),
    };
  }

  /** Remembers where an upload goes on. */
  learn(recorded: Recorded, location: string | undefined): void {
    const upload = recorded.answerHeaders['docker-upload-uuid'];
    if (upload !== undefined && location !== undefined) this.#uploads.set(upload, location);
  }

  #ours(text: string): string {
    return [...this.#digests].reduce((changed, [theirs, ours]) => changed.replaceAll(theirs, ours), text);
  }

  /** A text of the replay as the recording has it. */
  theirs(text: string): string {
    return [...this.#digests].reduce((changed, [theirs, ours]) => changed.replaceAll(ours, theirs), text);
  }
}
