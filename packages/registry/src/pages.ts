import { type HttpResponse, nextLink } from '@harbor-pilot/http';
import { type Session, urlFrom } from './session.ts';

// More pages than any list has; a registry that never ends its list is stopped here.
const pageLimit = 10_000;

/**
 * The answers of a list, page after page, along `Link` with `rel="next"` (distribution spec 1.1.1, "Listing Tags").
 * A list that leads back to a page already seen ends there.
 */
export async function* pages(
  first: string | URL,
  session: Session,
  ask: (target: string | URL) => Promise<HttpResponse>,
): AsyncGenerator<HttpResponse> {
  const seen = new Set<string>();
  let target = first;
  for (let page = 0; page < pageLimit; page += 1) {
    const response = await ask(target);
    yield response;
    const next = nextLink(response.headers.link);
    if (next === undefined) return;
    const url = urlFrom(session, next, response.url);
    if (url.origin !== new URL(session.origin).origin || seen.has(url.href)) return;
    seen.add(url.href);
    target = url;
  }
}
