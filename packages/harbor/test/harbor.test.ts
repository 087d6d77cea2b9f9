import { digestOf } from '@harbor-pilot/oci';
import { describe, expect, it } from '@jest/globals';
import { recordedHarbor, refusal, type Seen } from './recorded-harbor.ts';

const digest = digestOf('image');
const form = 'application/vnd.security.vulnerability.report; version=1.1';

describe('artifacts', () => {
  it('reads an artifact whose lists are null and whose scan is absent', async () => {
    const json = {
      digest,
      manifest_media_type: 'application/vnd.oci.image.manifest.v1+json',
      size: 7,
      tags: null,
      labels: null,
      references: null,
    };
    await using recorded = await recordedHarbor(() => ({ json }));
    expect(await recorded.harbor.artifact('2026', 'team/nested/app', 'v1')).toEqual({
      digest,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      sizeBytes: 7,
      tags: [],
      labels: [],
      children: [],
      platforms: new Map(),
      accessories: [],
      scan: { status: 'absent' },
      sbom: { status: 'absent' },
      isScannable: false,
    });
    expect(recorded.seen[0]?.line).toContain('/projects/2026/repositories/team%252Fnested%252Fapp/artifacts/v1?');
    expect(recorded.seen[0]?.headers).toMatchObject({ 'x-is-resource-name': 'true' });
  });

  it('reads tags, labels, children and the newest overview of any media type', async () => {
    const child = digestOf('child');
    const json = {
      digest,
      tags: [{ name: 'v1' }, { name: 'latest' }],
      labels: [{ name: 'approved' }],
      references: [{ child_digest: child, platform: { architecture: 'arm64', os: 'linux', variant: 'v8' } }],
      accessories: [{ digest: child, subject_artifact_digest: digest, type: 'signature.cosign' }],
      addition_links: { vulnerabilities: { absolute: false, href: '/additions/vulnerabilities' } },
      sbom_overview: { scan_status: 'Success', sbom_digest: child, end_time: '2026-11-22T12:06:00.000Z' },
      scan_overview: {
        'application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0': { scan_status: 'Error' },
        [form]: {
          report_id: 'r1',
          scan_status: 'Success',
          severity: 'None',
          summary: { total: 0, fixable: 0, summary: {} },
          start_time: '2026-11-22T12:06:00.000Z',
          end_time: '0001-01-01T00:00:00.000Z',
          scanner: { name: 'Trivy', vendor: 'Aqua', version: '' },
        },
      },
    };
    await using recorded = await recordedHarbor(() => ({ json }));
    expect(await recorded.harbor.artifact('acme', 'app', digest)).toMatchObject({
      tags: ['v1', 'latest'],
      labels: ['approved'],
      children: [child],
      platforms: new Map([[child, 'linux/arm64/v8']]),
      accessories: [{ digest: child, subjectDigest: digest, type: 'signature.cosign' }],
      sbom: { status: 'Success', sbomDigest: child },
      isScannable: true,
      scan: {
        status: 'Success',
        reportId: 'r1',
        severity: 'None',
        total: 0,
        scanner: { name: 'Trivy', vendor: 'Aqua' },
        startedAt: new Date('2026-11-22T12:06:00.000Z'),
      },
    });
  });

  it.each([
    ['Scheduled', 'Pending'],
    ['running', 'Running'],
    ['Stopped', 'Stopped'],
    [undefined, 'Pending'],
  ])('takes the scan state %s for %s, never for a success', async (state, expected) => {
    await using recorded = await recordedHarbor(() => ({
      json: { digest, scan_overview: { [form]: { scan_status: state } } },
    }));
    expect((await recorded.harbor.artifact('acme', 'app', digest)).scan.status).toBe(expected);
  });

  it('takes a bill of materials that was deleted for none', async () => {
    const json = { digest, sbom_overview: { scan_status: 'Success', sbom_digest: '' } };
    await using recorded = await recordedHarbor(() => ({ json }));
    expect((await recorded.harbor.artifact('acme', 'app', digest)).sbom).toEqual({ status: 'absent' });
  });

  it('keeps no cookies', async () => {
    await using recorded = await recordedHarbor(() => ({ json: { status: 'healthy' } }));
    await recorded.harbor.unhealthyComponents();
    await recorded.harbor.unhealthyComponents();
    expect(recorded.seen[1]?.headers.cookie).toBeUndefined();
  });
});

describe('lists', () => {
  const entry = (n: number) => ({
    digest: digestOf(`${n}`),
    subject_artifact_digest: digest,
    type: 'signature.cosign',
  });

  it('reads all pages', async () => {
    await using recorded = await recordedHarbor(({ line }) => {
      const page = Number(/[?&]page=(\d+)/.exec(line)?.[1]);
      const link =
        page < 3 ? `</api/v2.0/x?page=${page - 1}>; rel="prev" , </api/v2.0/x?page=${page + 1}>; rel="next"` : '';
      return { json: [entry(page)], headers: { link, 'x-total-count': '3' } };
    });
    expect(await recorded.harbor.accessories('acme', 'app', digest)).toHaveLength(3);
  });

  it('ends when a list leads around in a circle', async () => {
    const headers = { link: '</api/v2.0/x?page=2>; rel="next"', 'x-total-count': '999999' };
    await using recorded = await recordedHarbor(() => ({ json: [entry(1)], headers }));
    expect(await recorded.harbor.accessories('acme', 'app', digest)).toHaveLength(1);
    expect(recorded.seen).toHaveLength(2);
  });

  it('ends when it leads around in a larger circle, and is an error when it never ends', async () => {
    const headers = { link: '</api/v2.0/x?page=2>; rel="next"' };
    const pageOf = ({ line }: Seen): number => Number(/[?&]page=(\d+)/.exec(line)?.[1]);
    await using circle = await recordedHarbor((request) => ({ json: [entry(pageOf(request) % 3)], headers }));
    expect(await circle.harbor.accessories('acme', 'app', digest)).toHaveLength(3);
    await using endless = await recordedHarbor((request) => ({ json: [entry(pageOf(request))], headers }));
    await expect(endless.harbor.accessories('acme', 'app', digest)).rejects.toMatchObject({ code: 'CONTENT_HOSTILE' });
  });

  it('names what is no list', async () => {
    await using recorded = await recordedHarbor(() => ({ json: {} }));
    await expect(recorded.harbor.accessories('acme', 'app', digest)).rejects.toMatchObject({
      code: 'ANSWER_UNEXPECTED',
    });
  });
});

describe('reports', () => {
  it.each([
    ['{}', {}],
    ['null', null],
    ['a form without a list', { [form]: { severity: 'Critical', vulnerabilities: null } }],
    ['a list', []],
  ])('takes %s for no report', async (_, json) => {
    await using recorded = await recordedHarbor(() => ({ json }));
    expect(await recorded.harbor.vulnerabilities('acme', 'app', digest)).toBeUndefined();
  });

  it('reads a clean report', async () => {
    const json = { [form]: { generated_at: '2026-11-22T12:19:28.895Z', severity: 'None', vulnerabilities: null } };
    await using recorded = await recordedHarbor(() => ({ json }));
    expect((await recorded.harbor.vulnerabilities('acme', 'app', digest))?.vulnerabilities).toEqual([]);
  });

  it('reads every entry, also those that are odd', async () => {
    const vulnerabilities = [
      {
        id: 'CVE-2099-0001',
        package: 'openssl',
        version: '1.1.1k',
        fix_version: '1.1.1l',
        severity: 'Critical',
        links: ['https://example.com/1'],
        artifact_digests: [digest, 'rubbish'],
        preferred_cvss: { score_v3: 9.8, score_v2: null, vector_v3: 'CVSS:3.1/AV:N' },
        cwe_ids: ['CWE-79', ''],
        status: 'fixed',
        vendor_attributes: { epss: 0.5 },
      },
      {
        id: 'CVE-2',
        package: 'zlib',
        version: '1',
        fix_version: '',
        severity: 'Moderate',
        links: null,
        preferred_cvss: null,
        cwe_ids: [''],
        status: '',
        vendor_attributes: null,
      },
      null,
    ];
    await using recorded = await recordedHarbor(() => ({ json: { 'application/x.new': { vulnerabilities } } }));
    const report = await recorded.harbor.vulnerabilities('acme', 'app', digest);
    expect(report?.vulnerabilities).toEqual([
      {
        id: 'CVE-2099-0001',
        package: 'openssl',
        version: '1.1.1k',
        fixVersion: '1.1.1l',
        severity: 'Critical',
        links: ['https://example.com/1'],
        cvssScore: 9.8,
        cvssVector: 'CVSS:3.1/AV:N',
        cwes: ['CWE-79'],
        status: 'fixed',
        vendorAttributes: { epss: 0.5 },
        artifactDigests: [digest],
      },
      { id: 'CVE-2', package: 'zlib', version: '1', severity: 'Unknown', links: [], cwes: [], artifactDigests: [] },
      {
        id: '(no id)',
        package: '(no package)',
        version: '',
        severity: 'Unknown',
        links: [],
        cwes: [],
        artifactDigests: [],
      },
    ]);
  });

  it('reads the newest form that is a report', async () => {
    const json = { [form]: {}, 'application/x; version=1.0': { vulnerabilities: [] }, 'application/y': null };
    await using recorded = await recordedHarbor(() => ({ json }));
    expect(await recorded.harbor.vulnerabilities('acme', 'app', digest)).toEqual({ vulnerabilities: [] });
  });

  it('reads a report of 100,000 entries', async () => {
    const one = { id: 'CVE-1', package: 'p', version: '1', severity: 'Low', description: 'x'.repeat(500), links: [] };
    const vulnerabilities = Array.from({ length: 100_000 }, () => one);
    await using recorded = await recordedHarbor(() => ({ json: { [form]: { vulnerabilities } } }));
    expect((await recorded.harbor.vulnerabilities('acme', 'app', digest))?.vulnerabilities).toHaveLength(100_000);
  });
});

describe('scans', () => {
  it.each([
    [{ status: 202 }, 'started'],
    [refusal(409, 'CONFLICT', 'a previous scan process is Running'), 'already-running'],
  ])('starts a scan or finds one', async (answer, expected) => {
    await using recorded = await recordedHarbor(() => answer);
    expect(await recorded.harbor.startScan('acme', 'app', digest)).toBe(expected);
  });

  it('asks for a bill of materials, and reads it at its own address', async () => {
    await using recorded = await recordedHarbor(({ line }) =>
      line.startsWith('POST') ? { status: 202 } : { json: { spdxVersion: 'SPDX-2.3' } },
    );
    await recorded.harbor.startScan('acme', 'app', digest, 'sbom');
    expect(JSON.parse(recorded.seen[0]?.body ?? '')).toEqual({ scan_type: 'sbom' });
    expect(await recorded.harbor.billOfMaterials('acme', 'app', digest)).toEqual({ spdxVersion: 'SPDX-2.3' });
    expect(recorded.seen[1]?.line).toMatch(/additions\/sbom$/);
  });

  it('says when a bill of materials is gone, and which permission making one takes', async () => {
    await using gone = await recordedHarbor(() => refusal(404, 'NOT_FOUND', 'artifact not found'));
    expect(await gone.harbor.billOfMaterials('acme', 'app', digest)).toBeUndefined();
    await using denied = await recordedHarbor(() => refusal(403, 'FORBIDDEN', 'forbidden'));
    await expect(denied.harbor.startScan('acme', 'app', digest, 'sbom')).rejects.toMatchObject({
      code: 'AUTH_DENIED',
      hint: expect.stringContaining('sbom: create'),
    });
  });

  it.each([
    refusal(412, 'PRECONDITION', 'no available scanner for project: 2'),
    refusal(412, 'PRECONDITION', 'scanner Stub is deactivated'),
    refusal(400, 'BAD_REQUEST', 'the configured scanner Stub does not support scanning artifact with mime type x'),
  ])('says that no scanner can', async (answer) => {
    await using recorded = await recordedHarbor(() => answer);
    await expect(recorded.harbor.startScan('acme', 'app', digest)).rejects.toMatchObject({ code: 'SCAN_NO_SCANNER' });
  });
});

describe('failures', () => {
  it('are remembered of a password that is refused, but for once between answers', async () => {
    const statuses = [200, 401, 200, 401, 401, 200];
    await using recorded = await recordedHarbor(() => {
      const status = statuses.shift() ?? 500;
      return status === 200 ? { json: [] } : refusal(status, 'UNAUTHORIZED', 'unauthorized');
    });
    const answers: unknown[] = [];
    for (let count = 0; count < 7; count += 1)
      answers.push(await recorded.harbor.findProject('acme').catch((error) => error.code));
    expect(answers).toEqual([undefined, 'ROBOT_REFUSED', undefined, ...Array(4).fill('ROBOT_REFUSED')]);
    expect(recorded.seen).toHaveLength(5);
  });

  it.each([
    [refusal(403, 'FORBIDDEN', 'forbidden'), 'AUTH_DENIED', 'artifact: read'],
    [
      refusal(403, 'DENIED', 'The system is in read only mode. Any modification is prohibited.'),
      'REGISTRY_READ_ONLY',
      '',
    ],
    [refusal(404, 'NOT_FOUND', 'artifact acme/app:none not found'), 'REFERENCE_NOT_FOUND', ''],
    [refusal(404, 'NOT_FOUND', 'project acme not found'), 'PROJECT_UNAVAILABLE', ''],
    [{ status: 404, json: 'page not found' }, 'ANSWER_UNEXPECTED', 'Harbor of version 2'],
    [refusal(412, 'PRECONDITION', 'the tag v1 configured as immutable, cannot be deleted'), 'TAG_IMMUTABLE', ''],
    [refusal(409, 'CONFLICT', 'it is there'), 'STATE_CONFLICT', ''],
    [refusal(422, 'UNPROCESSABLE_ENTITY', 'page_size'), 'INPUT_INVALID', ''],
    [refusal(500, 'UNKNOWN', 'internal server error'), 'HARBOR_UNAVAILABLE', ''],
    [refusal(503, 'UNKNOWN', 'dial tcp 10.0.0.1'), 'HARBOR_UNAVAILABLE', ''],
    [refusal(429, 'TOO_MANY_REQUEST', 'slow down'), 'RATE_LIMITED', ''],
  ])('explains %j as %s', async (answer, code, hint) => {
    await using recorded = await recordedHarbor(() => answer);
    await expect(recorded.harbor.artifact('acme', 'app', 'v1')).rejects.toMatchObject({
      code,
      hint: expect.stringContaining(hint),
      details: expect.objectContaining({ status: answer.status }),
      message: expect.not.stringContaining('10.0.0.1'),
    });
  });

  it('does not try a refused password again', async () => {
    await using recorded = await recordedHarbor(() => refusal(401, 'UNAUTHORIZED', 'unauthorized'));
    await expect(recorded.harbor.projectId('acme')).rejects.toMatchObject({ code: 'ROBOT_REFUSED' });
    await expect(recorded.harbor.version()).rejects.toMatchObject({ code: 'ROBOT_REFUSED' });
    expect(recorded.seen).toHaveLength(1);
  });

  it('explains a project that is not there or not to be seen', async () => {
    await using recorded = await recordedHarbor(() => refusal(403, 'FORBIDDEN', 'forbidden'));
    await expect(recorded.harbor.projectId('acme')).rejects.toMatchObject({ code: 'PROJECT_UNAVAILABLE' });
  });
});

describe('administration', () => {
  it('makes a robot account and reads when it expires', async () => {
    const json = { id: 7, name: 'robot$acme+ci', secret: 'Zx81Zx81Zx81', expires_at: 1797941224 };
    await using recorded = await recordedHarbor(() => ({ status: 201, json }));
    const access = [{ resource: 'repository', action: 'push' }];
    expect(await recorded.harbor.createRobot({ name: 'ci', project: 'acme', durationDays: 30, access })).toEqual({
      id: 7,
      name: 'robot$acme+ci',
      secret: 'Zx81Zx81Zx81',
      expiresAt: new Date(1797941224 * 1000),
    });
    expect(JSON.parse(recorded.seen[0]?.body ?? '')).toEqual({
      name: 'ci',
      level: 'project',
      duration: 30,
      permissions: [{ kind: 'project', namespace: 'acme', access }],
    });
  });

  it('makes a robot account of the system', async () => {
    const json = { id: 8, name: 'robot$ci', secret: 'Zx81Zx81Zx82', creation_time: '2026-11-22T12:07:04.645Z' };
    await using recorded = await recordedHarbor(() => ({ status: 201, json }));
    const permissions = [{ kind: 'project', namespace: 'acme', access: [] }] as const;
    const wish = { name: 'ci', description: 'for one job', durationDays: 1, permissions };
    expect((await recorded.harbor.createSystemRobot(wish)).createdAt).toEqual(new Date('2026-11-22T12:07:04.645Z'));
    expect(JSON.parse(recorded.seen[0]?.body ?? '')).toMatchObject({ level: 'system', description: 'for one job' });
  });

  it.each([
    ['permission scope is invalid. It must be equal to or more restrictive', /only what it may do itself/, /must have/],
    ['robot$acme+ci', /may not do this/, /needs the permission "robot: create"/],
  ])('says why nobody gets a robot account: %s', async (text, message, hint) => {
    await using recorded = await recordedHarbor(() => refusal(403, 'DENIED', text));
    const made = recorded.harbor.createRobot({ name: 'ci', project: 'acme', durationDays: 1, access: [] });
    await expect(made).rejects.toMatchObject({
      code: 'AUTH_DENIED',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  it('creates a project only when there is none', async () => {
    let exists = false;
    await using recorded = await recordedHarbor(({ line }) => {
      if (line.startsWith('POST')) {
        exists = true;
        return { status: 201 };
      }
      return exists ? { json: { project_id: 5 } } : refusal(404, 'NOT_FOUND', 'project acme not found');
    });
    expect(await recorded.harbor.ensureProject('acme', { public: 'true' })).toBe(true);
    expect(await recorded.harbor.ensureProject('acme')).toBe(false);
    expect(JSON.parse(recorded.seen[1]?.body ?? '')).toEqual({ project_name: 'acme', metadata: { public: 'true' } });
  });

  it('takes a project of others that it may not see for unavailable', async () => {
    await using recorded = await recordedHarbor(({ line }) =>
      line.startsWith('POST') ? refusal(409, 'CONFLICT', 'exists') : refusal(403, 'FORBIDDEN', 'forbidden'),
    );
    await expect(recorded.harbor.ensureProject('acme')).rejects.toMatchObject({ code: 'PROJECT_UNAVAILABLE' });
  });

  it('makes the label that is missing, and finds it by its whole name', async () => {
    let made = false;
    await using recorded = await recordedHarbor(({ line }) => {
      if (line.startsWith('GET /api/v2.0/projects')) return { json: { project_id: 2 } };
      if (line.startsWith('POST /api/v2.0/labels')) {
        made = true;
        return { status: 201 };
      }
      if (line.startsWith('GET'))
        return { json: [{ id: 1, name: 'approved-old' }, ...(made ? [{ id: 2, name: 'approved' }] : [])] };
      return { status: 200 };
    });
    await recorded.harbor.labelArtifact('acme', 'app', digest, 'approved');
    expect(JSON.parse(recorded.seen.at(-1)?.body ?? '')).toEqual({ id: 2 });
  });

  it('deletes what is gone already without an error', async () => {
    await using recorded = await recordedHarbor(() => refusal(404, 'NOT_FOUND', 'gone'));
    await recorded.harbor.deleteTag('acme', 'app', digest, 'v1');
    await recorded.harbor.deleteRobot(7);
    expect(recorded.seen).toHaveLength(2);
  });
});
