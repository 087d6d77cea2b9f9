import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import { badRequest, notFound } from '../server/refusal.ts';

/** Lists the tags of a repository; a page of none is empty even where there is no repository. */
export function listTags(harbor: Harbor, exchange: Exchange, name: string): void {
  const limit = limitOf(exchange);
  const repository = harbor.repositories.byName(name);
  if (repository === undefined && limit !== 0) throw notFound(`repository ${name} not found`);
  const tags = harbor.tags.ofRepository(repository?.id ?? 0).map((tag) => tag.name);
  const last = exchange.query.get('last') ?? '';
  const names = tags.sort().filter((tag) => tag > last);
  const { page, headers } = pageOfNames(exchange, names, limit);
  exchange.json(200, { name, tags: page }, headers);
}

/** Lists the repositories that have tags. Where a page is asked for, `last` has to be one of them. */
export function listCatalog(harbor: Harbor, exchange: Exchange): void {
  const limit = limitOf(exchange);
  const last = exchange.query.get('last') ?? '';
  const names = harbor.repositories.withTags();
  const isResumed = names.length > 0 && limit !== undefined && last !== '';
  if (isResumed && !names.includes(last)) throw badRequest(`the last: ${last} should be a valid repository name.`);
  const rest = isResumed ? names.slice(names.indexOf(last) + 1) : names;
  const { page, headers } = pageOfNames(exchange, rest, limit);
  exchange.json(200, { repositories: page }, headers);
}

/** How many names are asked for; undefined for all of them. */
function limitOf(exchange: Exchange): number | undefined {
  const text = exchange.query.get('n') ?? '';
  if (text === '') return undefined;
  const limit = /^[+-]?\d+$/.test(text) ? Number(text) : -1;
  if (limit < 0 || limit >= 2 ** 63) throw badRequest('the N must be a positive int type');
  return limit;
}

/** The first of the names, and a link to those after them. */
function pageOfNames(
  exchange: Exchange,
  names: readonly string[],
  limit = names.length,
): { page: readonly string[]; headers: Record<string, string> } {
  const page = names.slice(0, limit);
  const end = page.at(-1);
  if (end === undefined || page.length === names.length) return { page, headers: {} };
  const link = `<${exchange.path}?last=${encodeURIComponent(end)}&n=${limit}>; rel="next"`;
  return { page, headers: { Link: link } };
}
