import { Sharing } from '@harbor-pilot/core';
import { describe, expect, it } from '@jest/globals';

const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value));

const advisory = {
  package: 'openssl',
  links: ['https://a.example', 'https://b.example'],
  attributes: { CVSS: { nvd: { V3Score: 7.5 } }, epss: [0.1] },
};

describe('what entries of a list repeat', () => {
  it('is the same object in all of them, where all of it is the same', () => {
    const sharing = new Sharing();
    const first = sharing.share('CVE-1', copyOf(advisory));
    const second = sharing.share('CVE-1', { ...copyOf(advisory), package: 'zlib' });
    expect(second).toEqual({ ...advisory, package: 'zlib' });
    expect(second.links).toBe(first.links);
    expect(second.attributes).toBe(first.attributes);
    expect(sharing.share('CVE-2', copyOf(advisory)).links).not.toBe(first.links);
  });

  it.each([
    ['another value', { links: ['https://a.example', 'https://c.example'] }],
    ['more of them', { links: [...advisory.links, 'https://c.example'] }],
    ['fewer of them', { links: ['https://a.example'] }],
    ['an object in place of a list', { links: { 0: 'https://a.example', 1: 'https://b.example' } }],
    ['nothing', { links: null }],
    ['a part that differs', { attributes: { CVSS: { nvd: { V3Score: 9.8 } }, epss: [0.1] } }],
  ])('stays as it is with %s', (_, other) => {
    const sharing = new Sharing();
    const first = sharing.share('CVE-1', copyOf(advisory));
    const entry = { ...advisory, ...other };
    expect(sharing.share('CVE-1', copyOf(entry))).toEqual(entry);
    expect(first).toEqual(advisory);
  });

  it('may have names that mean something elsewhere, and any number of levels', () => {
    const sharing = new Sharing();
    const odd = '{"a":{"b":1},"toString":{},"__proto__":{"x":{}}}';
    sharing.share('CVE-1', { a: { b: 1 } });
    expect(JSON.stringify(sharing.share('CVE-1', JSON.parse(odd)))).toBe(odd);
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(sharing.share('CVE-2', JSON.parse(deep))).toHaveLength(1);
  });

  it('is cut when it is too long to be kept so many times', () => {
    const { text } = new Sharing().share('CVE-1', { text: 'é€'.repeat(5000) });
    expect(text).toBe('é€'.repeat(2000));
  });
});
