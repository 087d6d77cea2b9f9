import { createServer as createPlainServer, type IncomingMessage, type Server } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** One comment or note that a double keeps. */
export interface KeptComment {
  readonly id: number;
  readonly author: number;
  body: string;
}

/** A server that plays the part of an API about comments. */
export interface CommentServer {
  readonly url: string;
  readonly comments: KeptComment[];
  /** `GET /user`, in order, with `+` before those that carried a token. */
  readonly requests: string[];
  /** Status of each answer to a method, in place of the right one; 0 is none at all. */
  readonly broken: Map<string, number>;
  close(): void;
}

/** Whom a token belongs to; undefined is that of an app, which is no user. */
type Author = number | undefined;

interface Rules {
  readonly tokenOf: (headers: IncomingMessage['headers']) => string | undefined;
  /** Where the comments are, without the id of one. */
  readonly list: RegExp;
  readonly one: RegExp;
  readonly userPath: string;
  readonly changeMethod: 'PATCH' | 'PUT';
  readonly shapeOf: (comment: KeptComment) => unknown;
}

const tokens = new Map<string, Author>([
  ['token-of-7', 7],
  ['token-of-app', undefined],
]);
const appAuthor = 41;

/** Pull request 5 of `shop/app`, by the shapes of GitHub's REST API ("Issue comments", 2022-11-28). */
export function startGithub(): Promise<CommentServer> {
  return start({
    tokenOf: ({ authorization }) => authorization?.replace('Bearer ', ''),
    list: /^\/repos\/shop\/app\/issues\/5\/comments$/,
    one: /^\/repos\/shop\/app\/issues\/comments\/(\d+)$/,
    userPath: '/user',
    changeMethod: 'PATCH',
    shapeOf: ({ id, author, body }) => ({
      id,
      body,
      user: { id: author, login: `user-${author}`, type: author === appAuthor ? 'Bot' : 'User' },
    }),
  });
}

/**
 * Merge request 5 of project 12, by the shapes of GitLab's REST API v4 ("Notes").
 * @param identity of its TLS; plain HTTP when absent.
 */
export function startGitlab(identity?: { readonly cert: string; readonly key: string }): Promise<CommentServer> {
  return start(
    {
      tokenOf: (headers) => headers['private-token']?.toString(),
      list: /^\/api\/v4\/projects\/(?:12|shop%2Fapp)\/merge_requests\/5\/notes$/,
      one: /^\/api\/v4\/projects\/(?:12|shop%2Fapp)\/merge_requests\/5\/notes\/(\d+)$/,
      userPath: '/api/v4/user',
      changeMethod: 'PUT',
      shapeOf: ({ id, author, body }) => ({ id, body, system: false, author: { id: author, username: `u${author}` } }),
    },
    identity,
  );
}

async function start(rules: Rules, identity?: { readonly cert: string; readonly key: string }): Promise<CommentServer> {
  const [comments, requests, broken] = [[] as KeptComment[], [] as string[], new Map<string, number>()];
  let lastId = 1000;
  const answer = (
    method: string,
    url: URL,
    author: Author | 'nobody',
    text: string,
  ): [number, unknown, (string | undefined)?] => {
    if (author === 'nobody') return [401, { message: '401 Unauthorized' }];
    const status = broken.get(method);
    if (status !== undefined && url.pathname !== rules.userPath) return [status, { message: 'It is locked.' }];
    if (url.pathname === rules.userPath) return author === undefined ? [403, {}] : [200, { id: author }];
    const [, id] = rules.one.exec(url.pathname) ?? [];
    const body = text === '' ? '' : (JSON.parse(text) as { body: string }).body;
    const found = comments.find((comment) => comment.id === Number(id));
    if (method === rules.changeMethod && found !== undefined) {
      found.body = body;
      return [200, rules.shapeOf(found)];
    }
    if (method === 'DELETE' && found !== undefined) {
      comments.splice(comments.indexOf(found), 1);
      return [204, undefined];
    }
    if (!rules.list.test(url.pathname)) return [404, { message: '404 Not found' }];
    if (method === 'POST') {
      comments.push({ id: ++lastId, author: author ?? appAuthor, body });
      return [201, rules.shapeOf(comments.at(-1) as KeptComment)];
    }
    const [size, page] = [Number(url.searchParams.get('per_page') ?? 20), Number(url.searchParams.get('page') ?? 1)];
    const next = new URL(url);
    next.searchParams.set('page', String(page + 1));
    const link = page * size < comments.length ? `<${next}>; rel="next"` : undefined;
    return [200, comments.slice((page - 1) * size, page * size).map(rules.shapeOf), link];
  };
  const listener: Parameters<typeof createPlainServer>[1] = async (request, response) => {
    const token = rules.tokenOf(request.headers);
    const url = new URL(request.url ?? '', base());
    requests.push(`${token === undefined ? '' : '+'}${request.method} ${url.pathname}${url.search}`);
    const text = Buffer.concat(await request.toArray()).toString();
    const author = token !== undefined && tokens.has(token) ? tokens.get(token) : 'nobody';
    const [status, body, link] = answer(request.method ?? '', url, author, text);
    if (status === 0) return;
    response.writeHead(status, { 'content-type': 'application/json', ...(link === undefined ? {} : { link }) });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  };
  const server: Server = identity === undefined ? createPlainServer(listener) : createServer(identity, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = (): string =>
    `http${identity === undefined ? '' : 's'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: base(),
    comments,
    requests,
    broken,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
