import { describe, expect, it } from '@jest/globals';
import { fixVersionsOf, isFixedIn, lowestFixing } from '../../src/remediation/fix-versions.ts';
import { orderOf } from '../../src/remediation/version-order.ts';

/** Of each type versions in their order; those in one text are equal. */
const ascending: Readonly<Record<string, readonly string[]>> = {
  debian: [
    '1.0~~',
    '1.0~',
    '1.0~rc1-1',
    '1.0 1.0-0',
    '1.0-1~deb10u1',
    '1.0-1',
    '1.0-1+b1',
    '1.0-1.1',
    '1.0-9',
    '1.0-10',
    '1.0a-1',
    '1.0+dfsg-1',
    '1.0.1-1',
    '2.0.5-1',
    '2.0.5-1+deb10u1',
    '2.0.5-10',
    '10.0 0:10.0',
    '1:0.1',
  ],
  alpine: [
    '1.1.1_alpha1',
    '1.1.1_beta1',
    '1.1.1_rc1',
    '1.1.1 1.1.1-r0',
    '1.1.1-r1',
    '1.1.1_git20200101-r0',
    '1.1.1_p1-r0',
    '1.1.1c-r0',
    '1.1.1d-r0',
    '1.1.1d-r2',
    '1.1.1d-r10',
    '1.1.2',
    '1.1.2.1',
    '1.1.10-r0',
    '3.0',
  ],
  redhat: [
    '1.0~rc1-1',
    '1.0-1.el8',
    '1.0-1.el8_5',
    '1.0-2.el8',
    '1.0-10.el8',
    '1.0^git1-1',
    '1.0a-1',
    '1.0.1-1',
    '1.0.2k-16.el7',
    '1.0.2k-19.el7',
    '1:0.5-1',
    '1:1.1.1k-4.el8',
    '1:1.1.1k-5.el8_5',
  ],
  npm: [
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0 v1.0.0 go1.0.0 1.0 1.0.0+build',
    '1.0.1',
    '1.2.0',
    '1.10.0',
    '4.17.20',
    '4.17.21',
    '10.0.0',
  ],
  'python-pkg': [
    '1.0.dev1',
    '1.0a1.dev1',
    '1.0a1',
    '1.0a2 1.0alpha2',
    '1.0b1',
    '1.0rc1 1.0c1',
    '1.0 1.0.0 1.0+local v1.0',
    '1.0.post1.dev1',
    '1.0.post1 1.0-1',
    '1.0.post2',
    '1.1',
    '1.10',
    '2024.1',
    '1!0.1',
  ],
  gemspec: [
    '1.0.snapshot',
    '1.0.alpha1',
    '1.0-beta-2',
    '1.0.rc1',
    '1.0 1.0.0 1.0.Final 1.0.GA v1.0',
    '1.0.sp1',
    '1.0.1',
    '1.1.1c-r0',
    '1.1.1d-r0',
    '5.2.4.3',
    '6.0.2.1',
    '6.0.3.1',
    '10.1',
    '1:1.0',
  ],
};

describe.each(Object.entries(ascending))('the order of versions of the type %s', (packageType, steps) => {
  const order = orderOf({ packageType });

  it('is that of its packagers', () => {
    const versions = steps.map((step) => step.split(' '));
    for (const [place, ones] of versions.entries()) {
      for (const [otherPlace, others] of versions.entries()) {
        for (const one of ones) {
          for (const other of others) {
            const expected = Math.sign(place - otherPlace);
            expect([one, other, Math.sign(order(one, other))]).toEqual([one, other, expected]);
          }
        }
      }
    }
  });

  it.each(['', '-', '~', ':', '1.0\0', '9'.repeat(400), '.'.repeat(3000), 'a'.repeat(3000)])(
    'takes any text for a version (%#)',
    (text) => {
      expect(order(text, text)).toBe(0);
      expect(Math.sign(order(text, '1.2.3'))).toBe(-Math.sign(order('1.2.3', text)));
    },
  );
});

describe('versions that no packager would write', () => {
  it.each(['alpine', 'python-pkg'])('have a general order among those of the type %s', (packageType) => {
    const order = orderOf({ packageType });
    expect(order('2024b.local-x', '2024a.local-x')).toBeGreaterThan(0);
    expect(order('1.10-SNAPSHOT-x', '1.9')).toBeGreaterThan(0);
  });
});

describe('the order of a package', () => {
  it('is that of its type, of its package URL, or a general one', () => {
    // A candidate comes before its release; the revision of a Debian package after it.
    const isBefore = (found: object): boolean => orderOf(found)('1.0-rc1', '1.0') < 0;
    expect(isBefore({ packageType: 'debian' })).toBe(false);
    expect(isBefore({ packageType: 'unheard-of', purl: 'pkg:deb/debian/bash@5.0' })).toBe(false);
    expect(isBefore({ packageType: 'NPM' })).toBe(true);
    expect(isBefore({})).toBe(true);
  });
});

describe('fixed versions', () => {
  const order = orderOf({ packageType: 'cargo' });

  it.each([
    ['1.2.3', ['1.2.3']],
    ['6.0.3, 5.2.4', ['5.2.4', '6.0.3']],
    ['>= 3.1.0, >= 2.1.3, < 3.0.0', ['2.1.3', '3.1.0']],
    ['~> 5.2.4, >= 6.0.3', ['5.2.4', '6.0.3']],
    ['^1.2.3 || =2.0.0', ['1.2.3', '2.0.0']],
    ['!= 1.0.0, <2', []],
    [' , ,', []],
  ])('are read from %j', (text, versions) => {
    expect(fixVersionsOf(text, order)).toEqual(versions);
  });

  it.each([
    ['1.5.2', false],
    ['1.5.3', true],
    ['1.5.9', true],
    ['2.0.0', false],
    ['2.0.1', true],
    ['3.0.0', true],
  ])('of two branches, 1.5.3 and 2.0.1: whether %s is one is %j', (version, isFixed) => {
    expect(isFixedIn(version, ['1.5.3', '2.0.1'], order)).toBe(isFixed);
  });

  it('between two branches of the same main version is none', () => {
    expect(isFixedIn('1.7.0', ['1.5.3', '1.8.2'], order)).toBe(false);
    expect(isFixedIn('1.7.0', [], order)).toBe(false);
  });

  it.each([
    ['1.0.0', [['1.2.3']], '1.2.3'],
    ['1.5.0', [['1.5.3', '2.0.1']], '1.5.3'],
    ['2.0.0', [['1.5.3', '2.0.1']], '2.0.1'],
    ['1.5.0', [['1.5.3', '2.0.1'], ['1.5.4']], '1.5.4'],
    // The second is fixed only in 2.0.0, where the first is not.
    ['1.5.0', [['1.5.3', '2.0.1'], ['2.0.0']], '2.0.1'],
  ])('from %s above %j lead to %s', (current, fixes, target) => {
    expect(lowestFixing(current, fixes, order)).toBe(target);
  });

  it('that chase each other come to an end', () => {
    const fixes = Array.from({ length: 60 }, (_, major) => [`${major + 1}.0.1`, `${major + 2}.0.2`]);
    expect(lowestFixing('0.1.0', fixes, order)).toBe('60.0.2');
  });
});
