import type { Exchange } from '../server/exchange.ts';
import { integerOf } from '../server/parameters.ts';

/**
 * A number in the path.
 * @throws Refusal 422 when it is none.
 */
export function idParameter(exchange: Exchange, name: string): number {
  return integerOf(exchange.parameter(name), name, 'path');
}
