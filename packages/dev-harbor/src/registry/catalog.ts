import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import { badRequest, notFound } from '../server/refusal.ts';

/** Lists the tags of a repository. */
export function listTags(harbor: Harbor, exchange: Exchange, name: string): void {
  const repository = harbor.repositories.byName(name);
  if (repository === undefined) throw notFound(`repository ${name} not found`);
  const tags = harbor.tags.ofRepository(repository.id).map((tag) => tag.name);
  const { page, headers } = pageOfNames(exchange, tags);
  exchange.json(200, { name, tags: page }, headers);
}

/** Lists all repositories. */
export function listCatalog(harbor: Harbor, exchange: Exchange): void {
  const last = exchange.query.get('last');
  if (last !== null && !last.includes('/')) throw badRequest(`the last: ${last} should be a valid repository name.`);
  const names = harbor.repositories.all().map(({ name }) => name);
  const { page, headers } = pageOfNames(exchange, names);
  exchange.json(200, { repositories: page }, headers);
}

/** `n` names after `last`, in the order of their bytes, and a link to the next page. */
function pageOfNames(
  exchange: Exchange,
  names: readonly string[],
): { page: string[]; headers: Record<string, string> } {
  const limit = exchange.query.get('n');
  if (limit !== null && !/^\d+$/.test(limit)) throw badRequest('the N must be a positive int type');
  const last = exchange.query.get('last') ?? '';
  const rest = names.filter((name) => name > last).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const page = limit === null ? rest : rest.slice(0, Number(limit));
  const end = page.at(-1);
  if (end === undefined || page.length === rest.length) return { page, headers: {} };
  const link = `<${exchange.path}?last=${encodeURIComponent(end)}&n=${limit}>; rel="next"`;
  return { page, headers: { Link: link } };
}
