import { asArray, asNumber, asObject, asString } from '@harbor-pilot/core';
import { type Http, type HttpRequest, type HttpResponse, nextLink } from '@harbor-pilot/http';
import type { Change } from './change.ts';
import { type Comment, hasLine, pageBytes, pageLimit, type RefusalHints, refused, type Thread } from './thread.ts';

const hints: RefusalHints = {
  unknownToken: 'The token in comment-token is not valid any more.',
  denied:
    'Give the job "permissions: pull-requests: write". For the pull request of a fork the token of GitHub may only read: leave the comment out there.',
};

/** Comments on a pull request (GitHub REST API 2022-11-28, "Issue comments"). */
export function githubThread(change: Change, token: string, http: Http, signal: AbortSignal): Thread {
  const { server, repository, number } = change;
  const ask = (method: HttpRequest['method'], url: string, body?: unknown): Promise<HttpResponse> =>
    http.request({
      method,
      url,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'x-github-api-version': '2022-11-28',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal,
    });
  const comments = `${server}/repos/${repository}/issues/${number}/comments`;
  const address = ({ id }: Comment): string => `${server}/repos/${repository}/issues/comments/${id}`;
  const send = async (method: 'POST' | 'PATCH' | 'DELETE', url: string, what: string, body?: object): Promise<void> => {
    const response = await ask(method, url, body);
    if (response.status >= 300) throw await refused(response, what, hints);
    await response.discard();
  };
  return {
    find: async (line) => {
      const isOurs = await authorTest(() => ask('GET', `${server}/user`));
      const found: Comment[] = [];
      let url: string | undefined = `${comments}?per_page=100`;
      for (let page = 0; url !== undefined && page < pageLimit; page++) {
        const response = await ask('GET', url);
        if (response.status !== 200) throw await refused(response, 'list the comments', hints);
        const next = nextLink(response.headers.link);
        // The token goes to no other server, wherever the link leads.
        url =
          next === undefined || new URL(next, url).origin !== new URL(server).origin
            ? undefined
            : new URL(next, url).href;
        for (const one of asArray(await response.json(pageBytes))) {
          const id = asNumber(asObject(one)?.id);
          const isIt = isOurs(asObject(asObject(one)?.user)) && hasLine(textOf(one), line);
          if (isIt && id !== undefined) found.push({ id, text: textOf(one) });
        }
      }
      return found;
    },
    create: (body) => send('POST', comments, 'write a comment', { body }),
    update: (comment, body) => send('PATCH', address(comment), 'change a comment', { body }),
    remove: (comment) => send('DELETE', address(comment), 'remove a comment'),
  };
}

function textOf(comment: unknown): string {
  return asString(asObject(comment)?.body) ?? '';
}

type User = Readonly<Record<string, unknown>> | undefined;

/** The token of a job is that of an app, which is no user: what it writes is written by a bot. */
async function authorTest(askUser: () => Promise<HttpResponse>): Promise<(user: User) => boolean> {
  const response = await askUser();
  if (response.status === 401) throw await refused(response, 'tell whose token it is', hints);
  if (response.status !== 200) {
    await response.discard();
    return (user) => asString(user?.type) === 'Bot';
  }
  const id = asNumber(asObject(await response.json())?.id);
  return (user) => id !== undefined && asNumber(user?.id) === id;
}
