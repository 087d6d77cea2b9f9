import type { Exchange } from '../server/exchange.ts';
import { invalid } from '../server/refusal.ts';

/**
 * A number in the path.
 * @throws Refusal 422 when it is none.
 */
export function idParameter(exchange: Exchange, name: string): number {
  const text = exchange.parameter(name);
  if (!/^-?\d+$/.test(text)) throw invalid(`${name} in path must be of type int64: "${text}"`);
  return Number(text);
}
