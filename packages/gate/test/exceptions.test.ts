import { describe, expect, it } from '@jest/globals';
import {
  allowlistDrift,
  allowlistExceptions,
  checkExceptions,
  type Exception,
  type JudgeRequest,
  judgeImage,
  parseExceptions,
  readYaml,
} from '../src/index.ts';
import { found, judgeRequest } from './to-judge.ts';

const own = async (yaml: string): Promise<readonly Exception[]> =>
  parseExceptions({ ...(await readYaml(yaml, 'harbor-pilot.yml')), code: 'CONFIG_INVALID' }, 'harbor-pilot.yml');

const amd = `sha256:${'a'.repeat(64)}` as const;
const arm = `sha256:${'b'.repeat(64)}` as const;

/** An image of two platforms with one vulnerability, of both unless said otherwise. */
const judge = (
  exceptions: readonly Exception[],
  fields: Parameters<typeof found>[1] = {},
  more: Partial<JudgeRequest> = {},
) => {
  const platforms = ['linux/amd64', 'linux/arm64'];
  const platformDigests = new Map([
    ['linux/amd64', amd],
    ['linux/arm64', arm],
  ] as const);
  const vulnerability = found('High', { id: 'CVE-2020-1', platforms, ...fields });
  return judgeImage(judgeRequest([vulnerability], {}, { exceptions, platforms, platformDigests, ...more }));
};

describe('exceptions of harbor-pilot.yml', () => {
  it('are read with all that they have', async () => {
    const [one] = await own(`
- id: CVE-2020-1
  package: zlib
  version: "1.2.*"
  reason: only reads our own files
  owner: ann
  expires: 2027-01-31
  images: [shop/*, ${amd}, shop/app@${amd}]
  platforms: linux/amd64
`);
    expect(one).toEqual({
      ids: ['CVE-2020-1'],
      kind: 'accepted',
      package: 'zlib',
      version: '1.2.*',
      reason: 'only reads our own files',
      owner: 'ann',
      expiresAt: '2027-01-31T00:00:00.000Z',
      images: [{ name: 'shop/*' }, { digest: amd }, { name: 'shop/app', digest: amd }],
      platforms: ['linux/amd64'],
      from: 'harbor-pilot.yml',
    });
    expect(await own('')).toEqual([]);
  });

  it.each([
    ['- id: CVE-1', ':1: the exception has no "reason"', 'Say why'],
    ['- id: CVE-1\n  reason: x\n  expires:', ':3: "expires" has no value', 'remove the line'],
    ['- id: CVE-1\n  reason: x\n  package: " "', ':3: "package" has no value', 'remove the line'],
    ['- id: CVE-1\n  reason: x\n  images: ~', ':3: "images" has no value', 'remove the line'],
    [
      '- id: CVE-1\n  reason: x\n  images: [host:8443/shop/app:1.0]',
      ':3: "host:8443/shop/app:1.0" names a tag',
      'write host:8443/shop/app, or',
    ],
    ['- id: CVE-1\n  reason: " "', ':1: the exception has no "reason"', 'Say why'],
    ['- reason: x', ':1: the exception has no "id"', 'Name the vulnerability'],
    ['- id: CVE-1\n  reason: x\n  expire: 2027-01-31', ':3: unknown key "expire"', 'Did you mean "expires"?'],
    ['- id: CVE-1\n  reason: x\n  expires: 2027-02-30', ':3: "2027-02-30" is no date', '2027-01-31'],
    ['- id: CVE-1\n  reason: x\n  expires: 31.1.2027', ':3: "31.1.2027" is no date', '2027-01-31'],
    ['- id: CVE-1\n  reason: x\n  expires: 2027', ':3: "expires" is not text', 'quotes'],
    ['- id: CVE-*\n  reason: x', ':1: "CVE-*" is not the id of one vulnerability', 'each by itself'],
    ['- id: "CVE-1, CVE-2"\n  reason: x', ':1: "CVE-1, CVE-2" is not the id of one', 'each by itself'],
    ['- id: CVE-1\n  reason: x\n  version: 1.10', ':3: "version" is not text', 'quotes'],
    ['- id: CVE-1\n  reason: x\n  images: app', ':3: "app" names no project', 'shop/app, or */app'],
    [`- id: CVE-1\n  reason: x\n  images: app@${amd}`, ':3: "app" names no project', 'shop/app'],
    ['- id: CVE-1\n  reason: x\n  platforms: [amd64]', ':3: "amd64" names no operating system', 'Write linux/amd64.'],
    ['- id: CVE-1\n  reason: x\n  images: []', ':3: "images" is not a list of texts', ''],
    ['- id: CVE-1\n  reason: x\n  images: [app@sha256:1]', ':3: "sha256:1" is not a digest', 'sha256: and 64'],
    ['- CVE-1', ':1: entry 1 is not a map', ''],
    ['id: CVE-1', ': it is not a list', ''],
  ])('are refused when they are %j', async (yaml, message, hint) => {
    const error = await own(yaml).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(message),
    });
    expect(String((error as { hint?: string }).hint)).toContain(hint);
  });

  it.each([
    [
      'a bomb',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'.replace(/./g, (name) => {
        const before = String.fromCharCode(name.charCodeAt(0) - 1);
        return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(',')}]\n`;
      })}`,
    ],
    ['nested without end', '['.repeat(100_000)],
    ['too large', `# ${'x'.repeat(300 * 1024)}`],
    ['two documents', '- a\n---\n- b'],
    ['twice the same key', 'a: 1\na: 2'],
  ])('are not read from YAML that is %s', async (_title, yaml) => {
    await expect(readYaml(yaml, 'x.yml')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});

describe('an exception', () => {
  const accepted: Exception = { ids: ['CVE-2020-1'], kind: 'accepted', reason: 'r', from: 'harbor-pilot.yml' };

  it.each<[string, Partial<Exception>, Parameters<typeof found>[1], boolean]>([
    ['of the id', {}, {}, true],
    ['of the id in other letters', { ids: ['cve-2020-1'] }, {}, true],
    ['of another id', { ids: ['CVE-2020-10'] }, {}, false],
    ['of another name', { ids: ['GHSA-1'] }, { aliases: ['GHSA-2', 'GHSA-1'] }, true],
    ['of one of several that an advisory is about', {}, { id: 'ALAS-1', aliases: ['CVE-2020-1', 'CVE-2020-2'] }, false],
    ['of the only one that an advisory is about', {}, { id: 'ALAS-1', aliases: ['CVE-2020-1'] }, true],
    ['with more names', { ids: ['X-1', 'CVE-2020-1'] }, {}, true],
    ['of the package', { package: 'zlib' }, {}, true],
    ['of packages', { package: 'z*' }, {}, true],
    ['of another package', { package: 'zlib1g' }, {}, false],
    ['of the version', { version: '1.2.11' }, {}, true],
    ['of versions', { version: '1.2.*' }, {}, true],
    ['of another version', { version: '1.2.1' }, {}, false],
    ['of a path', { paths: ['app/**'] }, { path: 'app/a/b' }, true],
    ['of a path from the root', { paths: ['app/**'] }, { path: '/app/a/b' }, true],
    ['of another path', { paths: ['app/*'] }, { path: 'app/a/b' }, false],
    ['of a path nobody tells', { paths: ['**'] }, {}, false],
    ['of the image', { images: [{ name: 'shop/app' }] }, {}, true],
    ['of the image with its registry', { images: [{ name: 'harbor.example.com/shop/*' }] }, {}, true],
    ['of images below', { images: [{ name: 'shop/**' }] }, {}, true],
    ['of another image', { images: [{ name: 'shop/ap' }, { name: 'app' }] }, {}, false],
    ['of another registry', { images: [{ name: 'other.example.com/**' }] }, {}, false],
    ['of another digest', { images: [{ digest: `sha256:${'c'.repeat(64)}` }] }, {}, false],
    ['of both digests', { images: [{ digest: amd }, { digest: arm }] }, {}, true],
    ['of one digest', { images: [{ digest: amd }] }, {}, false],
    ['of the one digest that has it', { images: [{ digest: amd }] }, { platforms: ['linux/amd64'] }, true],
    [
      'of the digest in another image',
      { images: [{ digest: amd, name: 'other/app' }] },
      { platforms: ['linux/amd64'] },
      false,
    ],
    ['of one platform', { platforms: ['linux/amd64'] }, {}, false],
    ['of the platform that has it', { platforms: ['linux/amd64'] }, { platforms: ['linux/amd64'] }, true],
    ['of all platforms', { platforms: ['linux/*'] }, {}, true],
    ['that ends later', { expiresAt: '2027-01-01T00:00:01Z' }, {}, true],
    ['that has just ended', { expiresAt: '2027-01-01T00:00:00Z' }, {}, false],
  ])('%s: %j %j', (_title, fields, vulnerability, isExcepted) => {
    const { vulnerabilities, verdict } = judge([{ ...accepted, ...fields }], vulnerability);
    expect(vulnerabilities[0]?.outcome).toBe(isExcepted ? 'excepted' : 'refused');
    expect(verdict).toBe(isExcepted ? 'passed' : 'refused');
  });

  it('is listed with what became of it', () => {
    const report = judge([
      { ...accepted, ids: ['CVE-OLD'], expiresAt: '2026-12-01T00:00:00Z', owner: 'ann' },
      { ...accepted, ids: ['CVE-NONE'], expiresAt: '2027-01-05T00:00:00Z' },
      { ...accepted, images: [{ name: 'other/app' }] },
      { ...accepted, expiresAt: '2027-01-05T00:00:00Z', package: 'zlib' },
      { ...accepted, from: '.trivyignore' },
    ]);
    expect(report.exceptions.map(({ from, id, state }) => [id, from, state])).toEqual([
      ['CVE-OLD', 'harbor-pilot.yml', 'expired'],
      ['CVE-NONE', 'harbor-pilot.yml', 'unused'],
      ['CVE-2020-1', 'harbor-pilot.yml', 'expiring'],
      ['CVE-2020-1', '.trivyignore', 'used'],
    ]);
    expect(report.vulnerabilities).toMatchObject([{ exception: 2, because: 'accepted until 2027-01-05' }]);
    expect(report.warnings).toEqual([
      'The exception of CVE-OLD (owner ann, in harbor-pilot.yml) ended on 2026-12-01, and covers nothing any more.',
      'The exception of CVE-2020-1 for zlib (in harbor-pilot.yml) ends on 2027-01-05; then the vulnerability counts again.',
    ]);
    expect(report.reasons).toEqual([
      'The scanner found 1 vulnerability on 2 platforms, which does not count.',
      '1 vulnerability did not count because of an exception.',
    ]);
  });

  it('takes no room in a budget, and covers what is known to be exploited, which is said', () => {
    const vulnerabilities = [
      found('High', { id: 'CVE-2020-1', isKnownExploited: true }),
      found('High', { id: 'CVE-2' }),
    ];
    const report = judgeImage(
      judgeRequest(vulnerabilities, { max: { High: 1 }, knownExploited: true }, { exceptions: [accepted] }),
    );
    expect(report.verdict).toBe('passed');
    expect(report.warnings).toEqual(['Known to be exploited, but covered by exceptions: CVE-2020-1.']);
  });

  it('names few in warnings, however many there are', () => {
    const many = Array.from(
      { length: 9 },
      (_, n): Exception => ({ ...accepted, ids: [`CVE-${n}`], expiresAt: '2026-01-01T00:00:00Z' }),
    );
    expect(judge(many).warnings).toHaveLength(6);
    expect(judge(many).warnings.at(-1)).toBe('The same holds for 4 more exceptions.');
  });

  it.each([
    ['linux/arm64', true],
    ['linux/arm64/v8', true],
    ['linux/arm64/v9', false],
  ])('for %s covers linux/arm64/v8: %p', (platform, isExcepted) => {
    const platforms = ['linux/arm64/v8'];
    const { verdict } = judge([{ ...accepted, platforms: [platform] }], { platforms }, { platforms });
    expect(verdict).toBe(isExcepted ? 'passed' : 'refused');
  });

  it('covers together with others what is on several platforms', () => {
    const on = (platform: string, fields: Partial<Exception> = {}): Exception => ({
      ...accepted,
      platforms: [platform],
      ...fields,
    });
    const both = judge([on('linux/arm64', { from: 'b' }), on('linux/amd64', { from: 'a' })]);
    expect(both.vulnerabilities).toMatchObject([{ outcome: 'excepted', exception: 1 }]);
    expect(both.exceptions.map(({ state }) => state)).toEqual(['used', 'used']);
    const half = judge([on('linux/amd64'), on('linux/arm64', { expiresAt: '2026-12-01T00:00:00Z' })]);
    expect(half.verdict).toBe('refused');
    expect(half.exceptions.map(({ state }) => state)).toEqual(['used', 'expired']);
  });

  it('holds for an image of which nobody tells the platforms', () => {
    expect(judge([accepted], { platforms: [] }, { platforms: [] }).verdict).toBe('passed');
  });
});

describe('checkExceptions', () => {
  const now = new Date('2027-01-01T00:00:00Z');
  const of = (id: string, fields: Partial<Exception> = {}): Exception => ({
    ids: [id],
    kind: 'accepted',
    reason: 'r',
    from: 'harbor-pilot.yml',
    ...fields,
  });
  const exceptions = [
    of('CVE-USED'),
    of('CVE-UNUSED'),
    of('CVE-OLD', { expiresAt: '2026-12-31T00:00:00Z' }),
    of('CVE-SOON', { expiresAt: '2027-01-31T00:00:00Z' }),
    of('CVE-ELSEWHERE', { images: [{ name: 'shop/other' }] }),
  ];
  const image = (id: string) => judgeRequest([found('Low', { id })]);

  it('finds what has ended, soon ends or covers nothing in any image', () => {
    const check = checkExceptions(exceptions, [image('CVE-X'), image('CVE-USED'), image('CVE-SOON')], now, 40);
    expect(check.exceptions.map(({ id, state }) => [id, state])).toEqual([
      ['CVE-USED', 'used'],
      ['CVE-UNUSED', 'unused'],
      ['CVE-OLD', 'expired'],
      ['CVE-SOON', 'expiring'],
    ]);
    expect(check.problems).toEqual([
      'The exception of CVE-UNUSED (in harbor-pilot.yml) covers nothing that was found.',
      'The exception of CVE-OLD (in harbor-pilot.yml) ended on 2026-12-31.',
      'The exception of CVE-SOON (in harbor-pilot.yml) ends on 2027-01-31.',
    ]);
  });

  it('checks the dates alone without images', () => {
    expect(checkExceptions(exceptions, [], now, 40).exceptions.map(({ id }) => id)).toEqual(['CVE-OLD', 'CVE-SOON']);
    expect(checkExceptions(exceptions, [], now).exceptions.map(({ id }) => id)).toEqual(['CVE-OLD']);
  });
});

describe("Harbor's CVE allowlist", () => {
  const now = new Date('2027-01-01T00:00:00Z');

  it('is honoured until its end', () => {
    const list = { ids: ['CVE-2020-1', 'CVE-2020-1'], expiresAt: new Date('2027-01-10T00:00:00Z') };
    const report = judge(allowlistExceptions(list, 'shop'));
    expect(report.verdict).toBe('passed');
    expect(report.exceptions).toEqual([
      {
        id: 'CVE-2020-1',
        reason: 'allowed in Harbor',
        expiresAt: '2027-01-10T00:00:00.000Z',
        from: 'CVE allowlist of the project shop',
        state: 'expiring',
      },
    ]);
    expect(judge(allowlistExceptions({ ...list, expiresAt: now })).verdict).toBe('refused');
    expect(judge(allowlistExceptions({ ids: ['CVE-2020-1'] })).vulnerabilities[0]?.because).toBe(
      'accepted in CVE allowlist of the system',
    );
  });

  it('is compared with our own exceptions', async () => {
    const mine = await own(
      '[{id: CVE-1, reason: x}, {id: CVE-2, reason: x}, {id: CVE-3, reason: x, expires: 2026-01-01}, {id: CVE-5, reason: x, images: [shop/other]}]',
    );
    const image = judgeRequest([]);
    const theirs = allowlistExceptions({ ids: ['cve-1', 'CVE-3', 'CVE-4'] }, 'shop');
    expect(allowlistDrift(mine, theirs, image, now)).toEqual([
      'Excepted here, but not on the CVE allowlist of the project shop: CVE-2. Harbor counts them when it gives out the image.',
      "On the CVE allowlist of the project shop, but excepted nowhere else: CVE-3, CVE-4. Harbor's list has no reasons.",
    ]);
    expect(allowlistDrift(mine.slice(0, 1), theirs.slice(0, 1), image, now)).toEqual([]);
  });
});
