import { type RatedSeverity, ratedSeverities } from '@harbor-pilot/step-kit';
import { describe, expect, it } from '@jest/globals';
import { type Exception, type GatePolicy, type JudgeRequest, judgeImage, severityCutoffs } from '../src/index.ts';
import { found, judgeRequest } from './to-judge.ts';

/** Numbers that are the same in each run (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Random = () => number;
type Found = JudgeRequest['vulnerabilities'][number];

const maybe = <T>(random: Random, value: () => T): T | undefined => (random() < 0.4 ? value() : undefined);
const pick = <T>(random: Random, values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
const day = (random: Random): string => new Date(Date.UTC(2026, 10, 1) + random() * 120 * 86_400_000).toISOString();
const without = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;

const platforms = ['linux/amd64', 'linux/arm64'];
const packages = ['zlib', 'openssl', 'linux-libc-dev'];

function someVulnerability(random: Random, place: number): Found {
  return found(
    pick(random, [...ratedSeverities, 'Unknown']),
    without({
      id: `CVE-${Math.floor(random() * 12)}`,
      aliases: maybe(random, () => [`GHSA-${Math.floor(random() * 12)}`]),
      package: pick(random, packages),
      version: pick(random, ['1', '2']),
      path: `usr/lib/${place}`,
      fixVersion: maybe(random, () => '3'),
      cvssScore: maybe(random, () => Math.floor(random() * 101) / 10),
      cvssVector: maybe(random, () => pick(random, ['CVSS:3.1/AV:N/PR:N', 'CVSS:3.1/AV:L/PR:H'])),
      publishedAt: maybe(random, () => day(random)),
      epss: maybe(random, random),
      isKnownExploited: maybe(random, () => true),
      platforms: pick(random, [platforms, ['linux/amd64'], ['linux/arm64']]),
    }) as Partial<Found>,
  );
}

function somePolicy(random: Random): GatePolicy {
  const severity = (): RatedSeverity => pick(random, ratedSeverities);
  return without({
    severityCutoff: pick(random, severityCutoffs),
    onlyFixed: random() < 0.3,
    unratedCountsAs: maybe(random, severity),
    max: maybe(random, () => ({ [severity()]: Math.floor(random() * 4) })),
    knownExploited: maybe(random, () => true),
    minCvss: maybe(random, () => 5),
    vectors: maybe(random, () => ['AV:N']),
    minEpss: maybe(random, () => 0.3),
    grace: maybe(random, () => ({ days: 30, since: 'publication' as const })),
    onlyNew: maybe(random, () => true),
    ignoredPackages: maybe(random, () => ['linux-*']),
  }) as GatePolicy;
}

function someException(random: Random): Exception {
  return without({
    ids: [`${pick(random, ['CVE', 'GHSA'])}-${Math.floor(random() * 12)}`],
    kind: pick(random, ['accepted', 'accepted', 'not-affected', 'counts'] as const),
    reason: 'r',
    from: 'a file',
    package: maybe(random, () => pick(random, ['zlib', '*ssl'])),
    platforms: maybe(random, () => ['linux/amd64']),
    expiresAt: maybe(random, () => day(random)),
    statedAt: maybe(random, () => day(random)),
  }) as Exception;
}

function someRequest(seed: number): JudgeRequest {
  const random = randomNumbers(seed);
  const list = <T>(most: number, make: (random: Random, place: number) => T): T[] =>
    Array.from({ length: Math.floor(random() * (most + 1)) }, (_, place) => make(random, place));
  const baseline = maybe(random, () => ({ name: 'v1', vulnerabilities: list(10, someVulnerability) }));
  return judgeRequest(list(25, someVulnerability), somePolicy(random), {
    exceptions: list(8, someException),
    platforms,
    ...(baseline === undefined ? {} : { baseline }),
  });
}

const seeds = Array.from({ length: 400 }, (_, seed) => seed);

describe('whatever is judged by whatever policy', () => {
  it('leaves out and doubles nothing, and gives each a reason', () => {
    for (const seed of seeds) {
      const request = someRequest(seed);
      const { vulnerabilities, counts, verdict, exceptions } = judgeImage(request);
      const having = (outcome: string): number => vulnerabilities.filter((one) => one.outcome === outcome).length;
      expect(having('excepted') + having('allowed') + having('refused')).toBe(request.vulnerabilities.length);
      expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(request.vulnerabilities.length);
      expect(verdict).toBe(having('refused') > 0 ? 'refused' : 'passed');
      for (const { because, outcome, exception } of vulnerabilities) {
        expect(because).not.toBe('');
        if (outcome === 'excepted') expect(exception).toBeDefined();
        if (exception !== undefined) expect(exceptions[exception]?.state).toMatch(/^(used|expiring)$/);
      }
    }
  });

  it('has the same report in whatever order the vulnerabilities come', () => {
    for (const seed of seeds) {
      const request = someRequest(seed);
      const shuffled = { ...request, vulnerabilities: [...request.vulnerabilities].reverse() };
      expect(judgeImage(shuffled)).toEqual(judgeImage(request));
    }
  });

  it('refuses no more with one more exception, and no less with a stricter cutoff', () => {
    const refused = (request: JudgeRequest): number =>
      judgeImage(request).vulnerabilities.filter(({ outcome }) => outcome === 'refused').length;
    for (const seed of seeds) {
      const request = someRequest(seed);
      const more: Exception = { ids: ['CVE-1'], kind: 'accepted', reason: 'r', from: 'a file' };
      const excepted = { ...request, exceptions: [...(request.exceptions ?? []), more] };
      expect(refused(excepted)).toBeLessThanOrEqual(refused(request));
      const strict: GatePolicy = { ...request.policy, severityCutoff: 'negligible' };
      expect(refused({ ...request, policy: strict })).toBeGreaterThanOrEqual(refused(request));
    }
  });
});
