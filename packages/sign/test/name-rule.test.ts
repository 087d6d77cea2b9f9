import { describe, expect, it } from '@jest/globals';
import { exactName, meets, namePattern } from '../src/name-rule.ts';

const release = 'https://github.com/shop/app/.github/workflows/release.yml@refs/tags/v1';

describe('a rule about names', () => {
  it('takes exactly its name', () => {
    expect(meets(release, exactName(release))).toBe(true);
    expect(meets(`${release} `, exactName(release))).toBe(false);
    expect(meets('.', exactName('.*'))).toBe(false);
  });

  it.each([
    ['https://github\\.com/shop/.*', release, true],
    ['^https://github\\.com/shop/.*$', release, true],
    ['https://github\\.com/sho', release, false],
    ['github\\.com/shop/.*', release, false],
    ['https://github\\.com/shop/.*', `${release}\nhttps://github.com/evil`, false],
    ['ci@(shop|store)\\.example', 'ci@store.example', true],
    ['ci@shop\\.example|cd@shop\\.example', 'evil-cd@shop.example', false],
    ['.*@shop\\.example', 'ci@shop.example', true],
    ['https://github.com/(?:shop|store)/[^/]+/\\.github/workflows/[a-z]+\\.yml@refs/tags/v.+', release, true],
    ['https://github\\.com/(shop)/\\p{L}+/.*/\\1?.*', release, true],
    ['https://gitlab\\.example\\.com/.*', 'https://gitlab.example.com/a//.gitlab-ci.yml@refs/heads/main', true],
    ['https://[^/]*\\.example/shop/.*', 'https://git.example/shop/app//.gitlab-ci.yml@refs/heads/main', true],
  ])('by the pattern %s takes %j: %s', (pattern, name, isMet) => {
    expect(meets(name, namePattern(pattern, 'the input'))).toBe(isMet);
  });

  it.each([
    '.*',
    '.+',
    '^.*$',
    '.*@.*',
    '[^ ]*',
    'https://.*',
    'https?://[^/]+/.*',
    'https://github\\.com/.*',
    'https://gitlab\\.com/.+',
    '.+@gmail\\.com',
    '(?:)|ci@shop\\.example|.{1,99}',
    'ci@shop\\.example|.*',
    'https://[^/]+',
    'https://.+\\.com',
    'https://github\\.com/[^/]+/[^/]+/\\.github/workflows/release\\.yml@refs/tags/v.*',
    'https://gitlab\\.com/.+//\\.gitlab-ci\\.yml@refs/heads/main',
    // Everybody has forks of the same name, and can have an account of a longer name.
    'https://github\\.com/[^/]+/app/\\.github/workflows/(?:release|build)\\.yml@refs/tags/v.*',
    'https://github.com/\\w+/app/.github/workflows/release.yml@refs/tags/v\\d+',
    'https://gitlab\\.com/[a-z]*/app//\\.gitlab-ci\\.yml@refs/heads/main',
    'https://github\\.com/shop.*',
    'ci@shop\\.example|https://github\\.com/[^/]+/app/.*',
    'https://github.com/shop-[a-z]+/app/.*',
    '[a-z]+@gmail.com',
    // A stranger's branch may have the name of the rest.
    '.*/shop/app/.*',
    '(?:.*)github\\.com/shop/app/.+',
    'https://.*\\.example/shop/.*',
  ])('refuses the pattern %j, which anybody could meet', (pattern) => {
    expect(() => namePattern(pattern, 'line 3')).toThrow('lets anybody sign');
  });

  it.each(['ci)|(?:.*', '(', '[', '*', `a${'b'.repeat(1000)}`, '\\'])('refuses what is no pattern: %s', (pattern) => {
    expect(() => namePattern(pattern, 'line 3')).toThrow(/^line 3: /);
  });

  it('is not kept busy by a name that was made for it', () => {
    const rule = namePattern('(s+)+p', 'the input');
    const started = performance.now();
    expect(meets('s'.repeat(2000), rule)).toBe(false);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
