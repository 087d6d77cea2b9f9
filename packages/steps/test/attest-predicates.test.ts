import { digestOf } from '@harbor-pilot/oci';
import { checkPredicate, predicateTypes } from '@harbor-pilot/sign';
import type { ReleaseRecord, RuntimeName } from '@harbor-pilot/step-kit';
import { describe, expect, it } from '@jest/globals';
import { provenanceOf } from '../src/attest/provenance.ts';
import { scanRecordOf } from '../src/attest/scan-record.ts';
import { summaryOf, verdictInRecord, verdictInReport } from '../src/attest/verdict-summary.ts';
import { flawsOf, hasSchemas, readProto } from './proto-schema.ts';
import { type CapturedRuntime, captureRuntime } from './runtime.ts';

const digest = digestOf('image');
const secret = 'glpat-very-secret';
const runs = {
  github: {
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'shop/app',
    GITHUB_SHA: 'a'.repeat(40),
    GITHUB_REF: 'refs/tags/v1',
    GITHUB_RUN_ID: '7',
    GITHUB_RUN_ATTEMPT: '2',
    GITHUB_WORKFLOW_REF: 'shop/app/.github/workflows/release.yml@refs/tags/v1',
    GITHUB_EVENT_NAME: 'push',
    RUNNER_ENVIRONMENT: 'github-hosted',
    GITHUB_TOKEN: secret,
  },
  gitlab: {
    CI_PROJECT_URL: 'https://gitlab.example.com/shop/app',
    CI_COMMIT_SHA: 'a'.repeat(40),
    CI_COMMIT_REF_NAME: 'main',
    CI_JOB_URL: 'https://gitlab.example.com/shop/app/-/jobs/7',
    CI_JOB_NAME: 'release',
    CI_RUNNER_ID: '12',
    CI_PIPELINE_SOURCE: 'push',
    CI_JOB_TOKEN: secret,
  },
  jenkins: {
    JENKINS_URL: 'https://jenkins.example.com/',
    BUILD_URL: 'https://jenkins.example.com/job/app/7/',
    JOB_NAME: 'app',
    BUILD_NUMBER: '7',
    GIT_URL: `https://ci:${secret}@git.example.com/shop/app.git`,
    GIT_COMMIT: 'a'.repeat(40),
    GIT_BRANCH: 'origin/main',
  },
} as const;
const inCi = (name: RuntimeName, environment: Record<string, string>): CapturedRuntime => ({
  ...captureRuntime('/', environment),
  name,
});
const record: ReleaseRecord = {
  schemaVersion: 1,
  image: 'harbor.example.com/shop/app',
  digest,
  run: { ci: 'github', commit: 'a'.repeat(40) },
  startedAt: '2027-01-01T00:00:00.000Z',
  build: { platforms: [], durationSeconds: 1 },
  gate: {
    verdict: 'passed',
    severityCutoff: 'high',
    onlyFixed: true,
    counts: {},
    vulnerabilities: [],
    truncated: 0,
    reasons: [],
    judgedAt: '2027-01-01T00:00:05.000Z',
    durationSeconds: 1,
  },
};
const known = hasSchemas
  ? {
      provenance: readProto('slsa/provenance.proto'),
      summary: readProto('in-toto/vsa-v1.proto', 'in-toto/resource_descriptor.proto'),
    }
  : undefined;
const itWithSchemas = hasSchemas ? it : it.skip;

describe.each(['github', 'gitlab', 'jenkins'] as const)('provenance of a run of %s', (name) => {
  const provenance = (): object => provenanceOf(digest, record, inCi(name, runs[name]));

  it('names the run, the sources and who ran it, and no secret', () => {
    const predicate = provenance();
    expect(checkPredicate(predicate, predicateTypes.slsaprovenance1, 'it')).toBe(predicate);
    expect(predicate).toMatchObject({
      buildDefinition: { resolvedDependencies: [{ digest: { gitCommit: 'a'.repeat(40) } }] },
      runDetails: { metadata: { startedOn: record.startedAt, invocationId: expect.stringContaining('7') } },
    });
    expect(JSON.stringify(predicate)).not.toContain(secret);
  });

  itWithSchemas('is as SLSA has it (skipped without ../shared/data)', () => {
    expect(known && flawsOf(provenance(), 'Provenance', known.provenance)).toEqual([]);
  });

  it('is refused when the image was built from another commit, or the CI does not tell enough', () => {
    const other = { ...record, run: { ci: 'github', commit: 'b'.repeat(40) } } as const;
    expect(() => provenanceOf(digest, other, inCi(name, runs[name]))).toThrow(
      expect.objectContaining({ code: 'RECORD_MISMATCH' }),
    );
    expect(() => provenanceOf(digest, record, inCi(name, {}))).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID' }),
    );
  });

  it('comes with a warning when nothing says that the run has built the image', () => {
    const runtime = inCi(name, runs[name]);
    provenanceOf(digest, undefined, runtime);
    provenanceOf(digestOf('other'), record, runtime);
    expect(runtime.lines).toHaveLength(2);
    expect(runtime.lines[0]).toMatch(/^warning: no release record says/);
  });
});

it('provenance of GitHub is of the type that GitHub documents', () => {
  expect(provenanceOf(digest, record, inCi('github', runs.github))).toEqual({
    buildDefinition: {
      buildType: 'https://actions.github.io/buildtypes/workflow/v1',
      externalParameters: {
        workflow: {
          ref: 'refs/tags/v1',
          repository: 'https://github.com/shop/app',
          path: '.github/workflows/release.yml',
        },
      },
      internalParameters: { github: { event_name: 'push', runner_environment: 'github-hosted' } },
      resolvedDependencies: [
        { uri: 'git+https://github.com/shop/app@refs/tags/v1', digest: { gitCommit: 'a'.repeat(40) } },
      ],
    },
    runDetails: {
      builder: { id: 'https://github.com/actions/runner/github-hosted' },
      metadata: { invocationId: 'https://github.com/shop/app/actions/runs/7/attempts/2', startedOn: record.startedAt },
    },
  });
});

it('provenance is not made on a terminal', () => {
  expect(() => provenanceOf(digest, record, captureRuntime('/', runs.github))).toThrow(
    expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringContaining('a terminal') }),
  );
});

describe('the verdict of the gate', () => {
  const report = { digest, verdict: 'refused', judgedAt: '2027-01-01T00:00:05.000Z', policy: ['one rule'] };
  const summary = (verdict = verdictInRecord(record)): object =>
    summaryOf(verdict ?? { digest: '', isPassed: true, judgedAt: '', rules: [] }, record.image, digest);

  it('is a verification summary, from a record and from a report', () => {
    expect(summary()).toMatchObject({
      timeVerified: '2027-01-01T00:00:05.000Z',
      resourceUri: `oci://harbor.example.com/shop/app@${digest}`,
      policy: { annotations: { rules: ['a vulnerability of high severity or worse is refused, when it has a fix'] } },
      verificationResult: 'PASSED',
    });
    const refused = summary(verdictInReport(report));
    expect(refused).toMatchObject({ verificationResult: 'FAILED', verifiedLevels: ['FAILED'] });
    for (const one of [summary(), refused]) expect(checkPredicate(one, predicateTypes.vsa, 'it')).toBe(one);
  });

  itWithSchemas('is as in-toto has it (skipped without ../shared/data)', () => {
    // The specification says that the policy is a resource descriptor; the message of that name has less.
    const schema =
      known && new Map([...known.summary, ['Policy', known.summary.get('ResourceDescriptor') ?? new Map()]]);
    expect(schema && flawsOf(summary(), 'VerificationSummary', schema)).toEqual([]);
  });

  it('is none when it is not whole, or about another digest', () => {
    const { gate: _gate, ...without } = record;
    expect(verdictInRecord(without)).toBeUndefined();
    expect(verdictInReport({ ...report, verdict: 'maybe' })).toBeUndefined();
    expect(() => summary(verdictInReport({ ...report, digest: digestOf('other') }))).toThrow(
      expect.objectContaining({ code: 'RECORD_MISMATCH' }),
    );
  });
});

describe('the report of a scan', () => {
  const scanned = {
    digest,
    platforms: ['linux/amd64'],
    platformDigests: new Map(),
    scanner: 'Trivy v0.68.2',
    scannedAt: '2027-01-01T00:00:00.000Z',
    vulnerabilities: [
      {
        id: 'CVE-1',
        package: 'zlib',
        version: '1',
        severity: 'High',
        description: 'long',
        fixVersion: '2',
        platforms: ['linux/amd64'],
      },
      { id: 'CVE-2', package: 'zlib', version: '1', severity: 'Unknown', platforms: ['linux/amd64'] },
    ],
    durationSeconds: 5,
  } as const;
  const made = (change: object = {}): object =>
    scanRecordOf({ ...scanned, ...change }, 'https://h.example/report', 'https://h.example');

  it('is a scan record of cosign, and the same of the same report', () => {
    const predicate = made();
    expect(checkPredicate(predicate, predicateTypes.vuln, 'it')).toBe(predicate);
    expect(predicate).toEqual(made({ durationSeconds: 7 }));
    expect(predicate).toMatchObject({
      scanner: {
        uri: 'pkg:generic/trivy@0.68.2',
        version: '0.68.2',
        result: {
          counts: { Critical: 0, High: 1, Unknown: 1 },
          fixable: 1,
          vulnerabilities: [{ id: 'CVE-1', fixVersion: '2' }, {}],
        },
      },
      metadata: { scanStartedOn: '2027-01-01T00:00:00.000Z', scanFinishedOn: '2027-01-01T00:00:00.000Z' },
    });
    expect(JSON.stringify(predicate)).not.toContain('long');
  });

  it('is none when nobody says how old the report is', () => {
    expect(() => made({ scannedAt: undefined })).toThrow('does not say when it was scanned');
  });
});
