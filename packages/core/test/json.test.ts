import { describe, expect, it } from '@jest/globals';
import { parseObject } from '../src/index.ts';

describe('parseObject', () => {
  it('gives an object', () => {
    expect(parseObject('{"a": [1]}')).toEqual({ a: [1] });
  });

  it.each(['', '[]', 'null', '"text"', '{"a":'])('gives nothing for %j', (text) => {
    expect(parseObject(text)).toBeUndefined();
  });
});
