import { type Criteria, meets, parseCriteria } from './criteria.ts';
import type { Exchange } from './exchange.ts';
import { invalid } from './refusal.ts';

/** How the items of a list are found and ordered: the value of each key that `q` and `sort` may name. */
export type Keys<Item> = Readonly<Record<string, (item: Item) => unknown>>;

/** What one list needs. */
export interface Listing<Item> {
  readonly items: readonly Item[];
  readonly keys: Keys<Item>;
  readonly view: (item: Item) => unknown;
  /** What X-Total-Count says where Harbor counts more than it lists. */
  readonly total?: number;
  /** The order in which no `sort` was asked for; the items' own order when absent. */
  readonly sort?: string;
}

/**
 * Answers with one page of a list: `q`, `sort`, `page`, `page_size`, X-Total-Count and Link work the same everywhere.
 * Keys that a list does not know are ignored, as Harbor does.
 */
export function answerList<Item>(exchange: Exchange, listing: Listing<Item>): void {
  const { page, pageSize } = pageOf(exchange);
  const criteria = parseCriteria(exchange.query.get('q') ?? '');
  const found = listing.items.filter((item) => fits(item, criteria, listing.keys));
  const sorted = sortBy(found, exchange.query.get('sort') ?? listing.sort ?? '', listing.keys);
  const start = Math.max(0, (page - 1) * pageSize);
  const shown = pageSize > 0 ? sorted.slice(start, start + pageSize) : sorted;
  const total = listing.total ?? sorted.length;
  const link = linkHeader(exchange, page, pageSize, total);
  exchange.json(200, shown.map(listing.view), {
    'X-Total-Count': total,
    ...(link === '' ? {} : { Link: link }),
  });
}

/**
 * The page asked for; 1 and 10 by default.
 * @throws Refusal 422 for what is no number, and for more than 100 items per page.
 */
export function pageOf(exchange: Exchange): { page: number; pageSize: number } {
  const page = integerOf(exchange, 'page') ?? 1;
  const pageSize = integerOf(exchange, 'page_size') ?? 10;
  if (pageSize > 100) throw invalid('page_size in query should be less than or equal to 100');
  return { page, pageSize };
}

function integerOf(exchange: Exchange, name: string): number | undefined {
  const text = exchange.query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^-?\d+$/.test(text)) throw invalid(`${name} in query must be of type int64: "${text}"`);
  return Number(text);
}

function fits<Item>(item: Item, criteria: Criteria, keys: Keys<Item>): boolean {
  return [...criteria].every(([key, criterion]) => {
    const value = keys[key];
    return value === undefined || meets(criterion, value(item));
  });
}

function sortBy<Item>(items: readonly Item[], order: string, keys: Keys<Item>): Item[] {
  const falling = order.startsWith('-');
  const value = keys[falling ? order.slice(1) : order];
  if (value === undefined) return [...items];
  const sorted = [...items].sort((a, b) => compare(value(a), value(b)));
  return falling ? sorted.reverse() : sorted;
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Relative links, the query in alphabetical order and not escaped, separated by " , ": as Harbor writes them. */
function linkHeader(exchange: Exchange, page: number, pageSize: number, total: number): string {
  const links: string[] = [];
  const link = (target: number, relation: string) => {
    const query = new URLSearchParams(exchange.query);
    query.set('page', String(target));
    query.set('page_size', String(pageSize));
    query.sort();
    const text = [...query].map(([key, value]) => `${key}=${value}`).join('&');
    links.push(`<${exchange.path}?${text}>; rel="${relation}"`);
  };
  if (pageSize === 0) return '';
  if (page > 1 && (page - 1) * pageSize <= total) link(page - 1, 'prev');
  if (page * pageSize < total) link(page + 1, 'next');
  return links.join(' , ');
}
