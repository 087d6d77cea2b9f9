import { type Criteria, columnOf, meets, parseCriteria } from './criteria.ts';
import type { Exchange } from './exchange.ts';
import { integerProblem, textQuery } from './parameters.ts';
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
  /** The order when no `sort` that the list knows was asked for, `-push_time,-id`; the items' own order when absent. */
  readonly sort?: string;
  /** That `sort` changes nothing. */
  readonly isOrdered?: boolean;
}

/**
 * Answers with one page of a list: `q`, `sort`, `page`, `page_size`, X-Total-Count and Link work the same everywhere.
 * Keys that a list does not know are ignored, as Harbor does.
 * @param criteria what to look for, where that is not what `q` says.
 */
export function answerList<Item>(exchange: Exchange, listing: Listing<Item>, criteria = criteriaOf(exchange)): void {
  const { page, pageSize } = pageOf(exchange);
  const found = listing.items.filter((item) => fits(item, criteria, listing.keys));
  const sorted = listing.isOrdered === true ? found : sortBy(found, textQuery(exchange, 'sort') ?? '', listing);
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
 * What a list is asked for by `q`.
 * @throws Refusal 400 when it cannot be read.
 */
export function criteriaOf(exchange: Exchange): Criteria {
  return parseCriteria(textQuery(exchange, 'q') ?? '');
}

/**
 * The page asked for; 1 and 10 by default.
 * @throws Refusal 422 for what is no number, and for more than 100 items per page; it tells all that is wrong.
 */
export function pageOf(exchange: Exchange): { page: number; pageSize: number } {
  const [page, pageSize] = [textQuery(exchange, 'page') ?? '1', textQuery(exchange, 'page_size') ?? '10'];
  const tooMany = Number(pageSize) > 100 ? 'page_size in query should be less than or equal to 100' : undefined;
  const problems = [
    integerProblem(page, 'page', 'query'),
    integerProblem(pageSize, 'page_size', 'query') ?? tooMany,
  ].filter((problem) => problem !== undefined);
  if (problems.length > 0) throw invalid(problems.join('\n'));
  return { page: Number(page), pageSize: Number(pageSize) };
}

function fits<Item>(item: Item, criteria: Criteria, keys: Keys<Item>): boolean {
  return [...criteria].every(([key, criterion]) => {
    const value = readerOf(keys, key);
    return value === undefined || meets(criterion, value(item));
  });
}

/** Undefined for a key that the list does not know. */
function readerOf<Item>(keys: Keys<Item>, key: string): Keys<Item>[string] | undefined {
  return Object.hasOwn(keys, key) ? keys[key] : undefined;
}

/** By several keys, `name,-push_time`; those that the list does not know are left out, and without any its usual order holds. */
function sortBy<Item>(items: readonly Item[], order: string, { keys, sort = '' }: Listing<Item>): Item[] {
  const wanted = ordersOf(order, keys);
  const orders = wanted.length > 0 ? wanted : ordersOf(sort, keys);
  return [...items].sort((a, b) => {
    for (const { value, sign } of orders) {
      const difference = compare(value(a), value(b));
      if (difference !== 0) return sign * difference;
    }
    return 0;
  });
}

function ordersOf<Item>(order: string, keys: Keys<Item>) {
  return order.split(',').flatMap((part) => {
    const value = readerOf(keys, columnOf(part.replace(/^-/, '')));
    return value === undefined ? [] : [{ value, sign: part.startsWith('-') ? -1 : 1 }];
  });
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Relative links, the query in alphabetical order and not escaped, separated by " , ": as Harbor writes them, in UTF-8. */
function linkHeader(exchange: Exchange, page: number, pageSize: number, total: number): string {
  const links: string[] = [];
  const link = (target: number, relation: string) => {
    const query = new URLSearchParams(exchange.query);
    query.set('page', String(target));
    query.set('page_size', String(pageSize));
    query.sort();
    const text = [...query].map(([key, value]) => `${key}=${value}`).join('&');
    links.push(`<${encodeURI(exchange.path)}?${text}>; rel="${relation}"`);
  };
  if (pageSize === 0) return '';
  if (page > 1 && (page - 1) * pageSize < total) link(page - 1, 'prev');
  if (page * pageSize < total) link(page + 1, 'next');
  return Buffer.from(links.join(' , ').replace(/[\r\n]/g, ' ')).toString('latin1');
}
