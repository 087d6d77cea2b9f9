import { PilotError } from '@harbor-pilot/core';
import type { Harbor, ProjectDetails } from '@harbor-pilot/harbor';
import type { GateReport, JudgedVulnerability } from '@harbor-pilot/step-kit';
import { describe, expect, it } from '@jest/globals';
import { predictHarborVerdict } from '../src/index.ts';
import { type FakeArtifact, fakeHarbor, healthyScanner, imageDigest } from './fakes.ts';

const denied = new PilotError('AUTH_DENIED', 'no');
const success = { status: 'Success' } as const;

interface Setting {
  readonly project?: Partial<ProjectDetails>;
  readonly artifact?: FakeArtifact;
  readonly systemIds?: readonly string[] | PilotError;
  readonly version?: string;
  readonly scanner?: typeof healthyScanner | undefined | PilotError;
}

function harborWith({
  project = {},
  artifact = { states: [success] },
  systemIds = [],
  version,
  ...rest
}: Setting): Harbor {
  const { harbor } = fakeHarbor({ [imageDigest]: artifact }, ['scanner' in rest ? rest.scanner : healthyScanner]);
  return Object.assign(harbor, {
    findProject: async () => ({ signatureTools: [], refusedSeverity: 'high', ...project }),
    systemAllowlist: async () => {
      if (systemIds instanceof PilotError) throw systemIds;
      return { ids: systemIds };
    },
    version: async () => version,
  });
}

function judged(id: string, outcome: JudgedVulnerability['outcome'], fields: Partial<JudgedVulnerability> = {}) {
  const severity = 'High' as const;
  const common = { package: 'openssl', version: '1', severity, countedAs: severity, because: 'high severity' };
  return { id, ...common, outcome, platforms: ['linux/amd64'], ...fields };
}

function predict(
  verdict: GateReport['verdict'],
  vulnerabilities: readonly JudgedVulnerability[],
  setting: Setting = {},
) {
  return predictHarborVerdict({
    harbor: harborWith(setting),
    project: 'acme',
    repository: 'app',
    digest: imageDigest,
    scanned: { vulnerabilities, platformDigests: new Map([['linux/amd64', imageDigest]]) },
    own: { verdict, vulnerabilities },
  });
}

describe('where the verdict of Harbor differs', () => {
  it('nothing is said when both agree', async () => {
    const refused = await predict('refused', [judged('CVE-1', 'refused')]);
    expect(refused).toMatchObject({ pull: 'refused', differences: [] });
    expect(await predict('passed', [])).toMatchObject({ pull: 'allowed', differences: [] });
  });

  it('names what Harbor counts and this policy does not, by reason', async () => {
    const many = Array.from({ length: 7 }, (_, place) => judged(`CVE-${place}`, 'allowed', { because: 'no fix yet' }));
    const excepted = judged('CVE-X', 'excepted', { because: 'accepted until 2027-01-31' });
    const { pull, differences } = await predict('passed', [...many, excepted]);
    expect([pull, differences]).toEqual([
      'refused',
      [
        'Harbor counts CVE-0, CVE-1, CVE-2, CVE-3, CVE-4 and 2 more; this policy does not: no fix yet.',
        'Harbor counts CVE-X; this policy does not: accepted until 2027-01-31.',
      ],
    ]);
  });

  it('says that the gate looks for no signatures', async () => {
    const { reasons, differences } = await predict('passed', [], { project: { signatureTools: ['cosign'] } });
    expect(reasons).toEqual(['The image has no signature of cosign.']);
    expect(differences).toEqual([expect.stringContaining('another reason')]);
  });

  it('says that no policy is on', async () => {
    const harbor = { ...harborWith({}), findProject: async () => ({ signatureTools: [] }) } as unknown as Harbor;
    const own = { verdict: 'refused', vulnerabilities: [judged('CVE-1', 'refused')] } as const;
    const request = { harbor, project: 'acme', repository: 'app', digest: imageDigest, own };
    expect((await predictHarborVerdict(request)).differences).toEqual([expect.stringContaining('is off')]);
  });

  it('says that the level of Harbor is higher, or that it has a list', async () => {
    const low = judged('CVE-L', 'refused', { severity: 'Low' });
    const listed = judged('CVE-1', 'refused');
    const { pull, differences } = await predict('refused', [listed, low], { systemIds: ['CVE-1'] });
    expect([pull, differences]).toEqual([
      'allowed',
      [
        'Harbor refuses high severity and worse, as it is rated by the scanner; the gate refuses CVE-L, too.',
        'CVE-1 is on the CVE allowlist of the system, which the gate does not take for an exception.',
      ],
    ]);
    const other = await predict('refused', []);
    expect(other.differences).toEqual(['The policy of the gate has rules that Harbor does not know.']);
  });

  it('says that Harbor lets through what it does not know', async () => {
    const artifact = { states: [{ isScannable: false }], reports: [undefined] };
    const setting = { artifact, scanner: undefined };
    const { pull, differences } = await predict('refused', [judged('CVE-1', 'refused')], setting);
    expect([pull, differences]).toEqual(['allowed', [expect.stringContaining('lets through what it does not know')]]);
  });
});

describe('what is not known', () => {
  it('is whether an allowlist lets through what would be refused', async () => {
    const setting = { systemIds: denied };
    expect(await predict('passed', [judged('CVE-1', 'allowed')], setting)).toMatchObject({
      pull: 'unknown',
      reasons: [expect.stringContaining('may not read')],
      differences: [],
    });
    expect((await predict('passed', [judged('CVE-1', 'allowed', { severity: 'Low' })], setting)).pull).toBe('allowed');
  });

  it('is what an ill scanner has found, unless the version of Harbor decides it', async () => {
    const artifact = { states: [{ isScannable: false }] };
    const bad = [judged('CVE-1', 'refused')];
    const pullOf = async (setting: Setting) => (await predict('refused', bad, { artifact, ...setting })).pull;
    expect(await pullOf({ scanner: denied })).toBe('unknown');
    expect(await pullOf({ scanner: { ...healthyScanner, isHealthy: false } })).toBe('refused');
    expect(await pullOf({ scanner: { ...healthyScanner, isHealthy: false, isDisabled: true } })).toBe('refused');
    expect(await pullOf({ scanner: denied, version: 'v2.12.4-6b4981d4' })).toBe('allowed');
    expect(await pullOf({ scanner: denied, version: 'v2.14.4-79a297f7' })).toBe('unknown');
  });

  it('never fails, but for bugs', async () => {
    const harborThat = (error: Error) =>
      Object.assign(harborWith({}), {
        findProject: async () => {
          throw error;
        },
      });
    const own = { verdict: 'passed', vulnerabilities: [] } as const;
    const ask = (error: Error) =>
      predictHarborVerdict({ harbor: harborThat(error), project: 'acme', repository: 'app', digest: imageDigest, own });
    expect(await ask(new PilotError('HARBOR_UNAVAILABLE', '502 from a proxy'))).toMatchObject({
      pull: 'unknown',
      reasons: [expect.stringContaining('502 from a proxy')],
    });
    await expect(ask(new TypeError('a bug'))).rejects.toThrow('a bug');
  });
});
