import type { JudgedVulnerability } from '@harbor-pilot/step-kit';
import { describe, expect, it } from '@jest/globals';
import { upgradesFor } from '../../src/remediation/upgrades-for.ts';

let ids = 0;

function judged(more: Partial<JudgedVulnerability>): JudgedVulnerability {
  ids += 1;
  return {
    id: `CVE-${String(ids).padStart(6, '0')}`,
    package: 'openssl',
    version: '1.1.1c-r0',
    packageType: 'alpine',
    severity: 'High',
    countedAs: 'High',
    outcome: 'refused',
    because: '',
    platforms: ['linux/amd64'],
    ...more,
  };
}

describe('what to upgrade', () => {
  it('is each package once, to the version that fixes all, with most refused first', () => {
    const upgrades = upgradesFor([
      judged({ id: 'CVE-1', package: 'zlib', version: '1.2.11-r1', fixVersion: '1.2.12-r0', outcome: 'allowed' }),
      judged({ id: 'CVE-2', fixVersion: '1.1.1d-r2' }),
      judged({ id: 'CVE-3', fixVersion: '1.1.1d-r10', outcome: 'excepted' }),
      judged({ id: 'CVE-2', fixVersion: '1.1.1d-r2', path: 'elsewhere' }),
      judged({ id: 'CVE-4', package: 'lodash', packageType: 'npm', version: '4.17.20', fixVersion: '5.0.0, 4.17.21' }),
      judged({ id: 'CVE-5', package: 'bash', version: '5.0-r0' }),
    ]);
    expect(upgrades).toEqual([
      { package: 'openssl', from: '1.1.1c-r0', to: '1.1.1d-r10', removes: ['CVE-2', 'CVE-3'], refused: 1 },
      { package: 'lodash', from: '4.17.20', to: '4.17.21', removes: ['CVE-4'], refused: 1 },
      { package: 'zlib', from: '1.2.11-r1', to: '1.2.12-r0', removes: ['CVE-1'], refused: 0 },
    ]);
  });

  it('is no way down: fixes of older branches are none', () => {
    const one = judged({ packageType: 'npm', version: '3.0.0', fixVersion: '1.0.1, 2.0.1' });
    expect(upgradesFor([one, judged({ fixVersion: '< 9' })])).toEqual([]);
  });

  it('says what came with the base image, where layers tell', () => {
    const base = new Set(['sha256:base']);
    const found = [
      judged({ package: 'a', fixVersion: '2', layer: 'sha256:base' }),
      judged({ package: 'b', fixVersion: '2', layer: 'sha256:own' }),
      judged({ package: 'c', fixVersion: '2' }),
      judged({ package: 'd', fixVersion: '2', layer: 'sha256:base' }),
      judged({ package: 'd', fixVersion: '2', layer: 'sha256:own' }),
    ];
    expect(upgradesFor(found, base).map((one) => [one.package, one.isFromBase])).toEqual([
      ['d', undefined],
      ['a', true],
      ['b', false],
      ['c', undefined],
    ]);
    expect(upgradesFor(found).every(({ isFromBase }) => isFromBase === undefined)).toBe(true);
  });

  it('takes no longer than the list for 100,000 vulnerabilities, also all of one package', () => {
    const many = Array.from({ length: 100_000 }, (_, place) =>
      judged({ id: `CVE-${place}`, packageType: 'npm', version: '1.0.0', fixVersion: `1.${place}.1, 2.${place}.2` }),
    );
    const [upgrade, ...others] = upgradesFor(many);
    expect(others).toEqual([]);
    expect(upgrade).toMatchObject({ refused: 100_000, to: expect.any(String) });
  });
});
