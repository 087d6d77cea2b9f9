import type { Exchange } from './exchange.ts';
import { invalid } from './refusal.ts';

/** One entry of an Accept header. */
interface Accepted {
  readonly type: string;
  readonly quality: number;
  /** 0 for a type, 1 for `text/*`, 2 for everything. */
  readonly wildness: number;
}

/**
 * The media type of the answer that a client likes best; the first one when it has no wish, or when all are the same to it.
 * @param offers the types that there are.
 * @throws Refusal 422 when none of them is accepted; a client that sends JSON itself gets that without being asked.
 */
export function negotiate(exchange: Exchange, offers: readonly string[]): string {
  const accepted = (exchange.header('accept') ?? '').split(',').flatMap(readAccepted);
  if (accepted.length === 0) return offers[0] ?? '';
  const rated = offers.flatMap((offer) =>
    accepted.filter((one) => one.quality > 0 && covers(one, offer)).map((one) => ({ ...one, offer })),
  );
  // The order stays as it is among equals.
  const [best] = rated.sort((a, b) => b.quality - a.quality || a.wildness - b.wildness);
  if (best !== undefined) return best.offer;
  if (exchange.hasBody) return 'application/json';
  throw invalid(`unsupported media type requested, only [${offers.join(' ')}] are available`);
}

function readAccepted(text: string): Accepted[] {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim());
  if (type === '') return [];
  const quality = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2);
  const wildness = type === '*/*' ? 2 : type.endsWith('/*') ? 1 : 0;
  return [{ type: type.toLowerCase(), quality: quality === undefined ? 1 : Number(quality) || 0, wildness }];
}

const covers = ({ type, wildness }: Accepted, offer: string): boolean =>
  wildness === 2 || type === offer || (wildness === 1 && offer.startsWith(type.slice(0, -1)));
