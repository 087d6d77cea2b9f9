import { MergeRequestNotes, Users } from '@gitbeaker/rest';
import type { Http, HttpRequest, HttpResponse } from '@harbor-pilot/http';
import type { Change } from './change.ts';
import { hasLine, pageBytes, pageLimit, type RefusalHints, refused, type Thread } from './thread.ts';

type Options = ConstructorParameters<typeof MergeRequestNotes>[0];
type RequesterFn = NonNullable<Options['requesterFn']>;
type Requester = ReturnType<RequesterFn>;

const hints: RefusalHints = {
  unknownToken: 'The token in comment-token is not valid any more.',
  denied:
    'Give a token of the project, or of a group, with the scope "api" and at least the role Reporter, as comment-token. The job token of GitLab may not write notes.',
};

/** Notes on a merge request (GitLab REST API v4, "Notes"). */
export function gitlabThread(change: Change, token: string, http: Http, signal: AbortSignal): Thread {
  const { server, repository, number } = change;
  const options: Options = { host: server.replace(/\/+$/, ''), token, requesterFn: requesterOn(http, signal) };
  const notes = new MergeRequestNotes(options);
  return {
    find: async (line) => {
      const { id: ours } = await new Users(options).showCurrentUser();
      const paging = { perPage: 100, maxPages: pageLimit, sort: 'asc', orderBy: 'created_at' } as const;
      const all = await notes.all(repository, number, paging);
      return all
        .filter(({ author, body, system }) => author.id === ours && !system && hasLine(body, line))
        .map(({ id, body }) => ({ id, text: body }));
    },
    create: async (text) => void (await notes.create(repository, number, text)),
    update: async ({ id }, text) => void (await notes.edit(repository, number, id, { body: text })),
    remove: async ({ id }) => void (await notes.remove(repository, number, id)),
  };
}

/** Has GitLab's client speak through ours, which knows authorities, proxies and deadlines. */
function requesterOn(http: Http, signal: AbortSignal): RequesterFn {
  return ({ url: base, headers, authHeaders }) => {
    const ask =
      (method: HttpRequest['method']): Requester['get'] =>
      async (endpoint, { searchParams, body } = {}) => {
        const url = new URL(endpoint, `${base.replace(/\/+$/, '')}/`);
        for (const [name, value] of Object.entries(searchParams ?? {})) {
          if (value !== undefined) url.searchParams.set(snakeName(name), String(value));
        }
        const token: Record<string, string> = {};
        for (const [name, read] of Object.entries(authHeaders)) token[name] = await read();
        const response = await http.request({
          method,
          url: url.href,
          headers: { ...headers, ...token, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          signal,
        });
        if (response.status >= 300) throw await refused(response, purpose(method), hints);
        return { status: response.status, headers: { ...response.headers }, body: (await jsonOf(response)) as never };
      };
    return { get: ask('GET'), post: ask('POST'), put: ask('PUT'), patch: ask('PATCH'), delete: ask('DELETE') };
  };
}

/** An answer to DELETE has no body. */
async function jsonOf(response: HttpResponse): Promise<unknown> {
  if (response.status !== 204) return response.json(pageBytes);
  await response.discard();
  return undefined;
}

function purpose(method: HttpRequest['method']): string {
  switch (method) {
    case 'GET':
      return 'list the notes';
    case 'POST':
      return 'write a note';
    case 'DELETE':
      return 'remove a note';
    default:
      return 'change a note';
  }
}

/** `perPage` → `per_page`. */
function snakeName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
