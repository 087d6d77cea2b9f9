import type { Harbor } from '../harbor.ts';
import { checkBodyType } from './body.ts';
import type { Exchange } from './exchange.ts';
import { pageOf } from './listing.ts';
import { negotiate } from './negotiation.ts';
import { notFound, Refusal } from './refusal.ts';

/** Answers one kind of request. */
export type Handler = (harbor: Harbor, exchange: Exchange) => void | Promise<void>;

/** A method and a path of the REST API, `/projects/{project}`, below {@link apiBase}. */
export interface Route {
  readonly method: string;
  readonly pattern: string;
  readonly handle: Handler;
  /** Media types of the answer, the usual one first; `application/json` when absent. */
  readonly produces?: readonly string[];
  /** Whether `page` and `page_size` are among the parameters: what is wrong with them is said before anything else. */
  readonly lists?: true;
}

/** Where the REST API lives. */
export const apiBase = '/api/v2.0';

/** Finds routes by path. A literal segment wins over a placeholder, where both have the method. */
export class Router {
  readonly #routes: readonly { readonly route: Route; readonly segments: readonly string[] }[];

  constructor(routes: readonly Route[]) {
    this.#routes = routes.map((route) => ({ route, segments: segmentsOf(route.pattern) }));
  }

  /**
   * The route of a request; sets the exchange's parameters and the type of its answer.
   * Placeholders are decoded a second time: names with slashes are encoded twice by clients.
   * @throws Refusal 404 for an unknown path, 405 for an unknown method, 422 when the body is no JSON, or the client accepts
   *   no form of the answer or asks for no page.
   */
  find(exchange: Exchange): Route {
    const path = segmentsOf(exchange.path.slice(apiBase.length));
    const matching = this.#routes.filter(({ segments }) => matches(segments, path));
    if (matching.length === 0) throw notFound(`path ${exchange.path} was not found`);
    const [found] = matching
      .filter(({ route }) => route.method === exchange.method)
      .sort((a, b) => countLiterals(b.segments) - countLiterals(a.segments));
    if (found === undefined) {
      const methods = matching.map(({ route }) => route.method);
      throw methodNotAllowed(exchange.method, methods);
    }
    exchange.parameters = parametersOf(found.segments, path);
    checkBodyType(exchange);
    exchange.answerType = negotiate(exchange, found.route.produces ?? ['application/json']);
    if (found.route.lists) pageOf(exchange);
    return found.route;
  }
}

/** A slash at the end makes no other path. */
const segmentsOf = (path: string): string[] => path.replace(/\/$/, '').split('/');

const isPlaceholder = (segment: string): boolean => segment.startsWith('{');

function matches(segments: readonly string[], path: readonly string[]): boolean {
  if (segments.length !== path.length) return false;
  return segments.every((segment, position) =>
    isPlaceholder(segment) ? path[position] !== '' : segment === path[position],
  );
}

const countLiterals = (segments: readonly string[]): number =>
  segments.filter((segment) => !isPlaceholder(segment)).length;

function parametersOf(segments: readonly string[], path: readonly string[]): Record<string, string> {
  const parameters: Record<string, string> = {};
  segments.forEach((segment, position) => {
    if (isPlaceholder(segment)) parameters[segment.slice(1, -1)] = decode(path[position] ?? '');
  });
  return parameters;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function methodNotAllowed(method: string, allowed: readonly string[]): Refusal {
  const message = `method ${method} is not allowed, but [${[...new Set(allowed)].sort().join(',')}] are`;
  return new Refusal(405, [{ code: 'METHOD_NOT_ALLOWED', message }]);
}
