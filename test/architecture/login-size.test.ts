import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const login = resolve(import.meta.dirname, '../../actions/dist/login.mjs');

/** A file and all that is loaded with it. */
function loadedWith(file: string, found = new Map<string, number>()): ReadonlyMap<string, number> {
  if (found.has(file)) return found;
  const text = readFileSync(file, 'utf8');
  found.set(file, Buffer.byteLength(text));
  for (const [, path = ''] of text.matchAll(/\b(?:from|import)"(\.[^"]+\.mjs)"/g)) {
    loadedWith(join(dirname(file), path), found);
  }
  return found;
}

describe('the login action', () => {
  it('has at most 100 KB in two files to load before its first request', () => {
    const sizes = [...loadedWith(login).values()];
    expect(sizes).toHaveLength(2);
    expect(sizes.reduce((all, size) => all + size, 0)).toBeLessThanOrEqual(100_000);
  });
});
