import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { administrationRoutes } from '../src/api/administration.ts';
import { apiRoutesOf } from '../src/api/routes.ts';
import { versionTraits } from '../src/version.ts';
import { HarborUnderTest, image, indexOf, referrer } from './harbor-client.ts';
import { type SbomAdapter, startSbomAdapter } from './sbom-adapter.ts';
import { hasSwagger, SwaggerCheck } from './swagger.ts';

/** Where the real Harbor itself does not keep to its description, in the same way. */
const tolerated: readonly RegExp[] = [
  // Empty lists are null.
  /\/(labels|accessories|references|urls|cve_allowlist\/items): must be array$/,
  // Described as objects, and texts.
  /\/extra_attrs\/\w+: must be object$/,
  // Described as "os.features".
  /\/platform: .*\(OsFeatures\)$/,
  // Described as a text that holds JSON, and JSON.
  /\/additions\/\S+: : must be string$/,
];

const describeWithSwagger = hasSwagger ? describe : describe.skip;
const artifacts = '/projects/acme/repositories/app/artifacts';

let world: HarborUnderTest;
let adapter: SbomAdapter;
let projectId: number;
const ids: Record<string, string | number> = {};

beforeAll(async () => {
  world = await HarborUnderTest.start();
  adapter = await startSbomAdapter();
  if (hasSwagger) await fill();
});
afterAll(async () => {
  await world.end();
  adapter.close();
});

const lastPart = (location: unknown): string => String(location).split('/').at(-1) ?? '';

/** Makes at least one of everything that there is. */
async function fill(): Promise<void> {
  const settings = { auto_scan: 'false', severity: 'high', reuse_sys_cve_allowlist: 'false' };
  const cve_allowlist = { items: [{ cve_id: 'CVE-2099-1' }], expires_at: 4_000_000_000 };
  projectId = await world.project('acme', settings, { storage_limit: 1_000_000_000 });
  await world.send('PUT', '/projects/acme', { metadata: settings, cve_allowlist });
  await world.send('PUT', '/system/CVEAllowlist', cve_allowlist);
  const user = { username: 'jo', password: 'Harbor12345', email: 'jo@example.test', realname: 'Jo', comment: 'one' };
  const made = async (path: string, body: object) => lastPart((await world.send('POST', path, body)).headers.location);
  ids.user = await made('/users', user);
  ids.member = await made('/projects/acme/members', { role_id: 2, member_user: { username: 'jo' } });
  ids.label = await made('/labels', { name: 'good', scope: 'p', project_id: projectId, color: '#fff' });
  ids.rule = await made('/projects/acme/immutabletagrules', {
    action: 'immutable',
    template: 'immutable_template',
    tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: 'release-*' }],
    scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
  });
  ids.retention = await made('/retentions', {
    algorithm: 'or',
    scope: { level: 'project', ref: projectId },
    trigger: { kind: 'Schedule', settings: { cron: '0 0 0 * * *' } },
    rules: [{ action: 'retain', template: 'always', params: {}, tag_selectors: [], scope_selectors: {} }],
  });
  ids.robot = (await world.robot('acme', 'repository:pull repository:push', { description: 'for CI' })).id;
  await fillRepository();
}

/** An image with a label, a signature, a report and a bill of materials, and an index. */
async function fillRepository(): Promise<void> {
  const manifest = await world.pushImage('acme/app', 'v1');
  const signature = referrer(manifest, 'application/vnd.dev.cosign.artifact.sig.v1+json');
  await world.push('acme/app', undefined, signature.manifest, signature.blobs);
  const child = image('child');
  await world.push('acme/app', undefined, child.manifest, child.blobs);
  await world.push('acme/app', 'index', indexOf([child.manifest]), []);
  await world.send('POST', `${artifacts}/v1/labels`, { id: Number(ids.label) });
  const vulnerabilities = [
    { id: 'CVE-2099-2', package: 'zlib', version: '1', severity: 'High', fixVersion: '2' },
    { id: 'CVE-2099-3', package: 'zlib', version: '1', severity: 'Low' },
  ] as const;
  world.harbor.control.scriptScan({ repository: 'acme/app', vulnerabilities });
  await world.send('POST', `${artifacts}/v1/scan`);
  const overview = async () => Object.values((await show()).json.scan_overview ?? {})[0] as { scan_status?: string };
  const show = () => world.send('GET', `${artifacts}/v1?with_scan_overview=true&with_sbom_overview=true`);
  while ((await overview())?.scan_status !== 'Success');
  ids.report = Object.values<{ report_id: string }>((await show()).json.scan_overview)[0]?.report_id ?? '';
  ids.scanner = (await world.send('GET', '/projects/acme/scanner')).json.uuid;
  const { headers } = await world.send('POST', '/scanners', { name: 'sbom', url: adapter.url });
  await world.send('PUT', '/projects/acme/scanner', { uuid: lastPart(headers.location) });
  await world.send('POST', `${artifacts}/v1/scan`, { scan_type: 'sbom' });
  while ((await show()).json.sbom_overview?.sbom_digest === undefined);
}

const allParts =
  'with_tag=true&with_label=true&with_scan_overview=true&with_sbom_overview=true&with_accessory=true&with_immutable_status=true';

/** A request for every kind of answer; the first ones while the project has the scanner of bills of materials. */
const reads = (): string[] => [
  `${artifacts}/v1?${allParts}`,
  '/projects/acme/scanner',
  `PUT /projects/acme/scanner ${JSON.stringify({ uuid: ids.scanner })}`,
  `${artifacts}/v1?${allParts}`,
  `${artifacts}/index?${allParts}`,
  `${artifacts}?${allParts}`,
  `/projects/acme/artifacts?${allParts}`,
  `${artifacts}/v1/additions/vulnerabilities`,
  `${artifacts}/v1/additions/build_history`,
  `${artifacts}/v1/accessories`,
  `${artifacts}/v1/tags?with_immutable_status=true`,
  `${artifacts}/v1/scan/${ids.report}/log`,
  '/projects/acme/repositories',
  '/projects/acme/repositories/app',
  '/repositories',
  '/projects',
  '/projects?name=acme&with_detail=true',
  '/projects/acme',
  '/projects/acme/summary',
  '/projects/acme/_deletable',
  '/projects/acme/metadatas/',
  '/projects/acme/metadatas/severity',
  '/projects/acme/members',
  `/projects/acme/members/${ids.member}`,
  '/projects/acme/scanner',
  '/projects/acme/scanner/candidates',
  '/projects/acme/immutabletagrules',
  `/retentions/${ids.retention}`,
  '/retentions/metadatas',
  '/projects/acme/auditlog-exts',
  '/projects/acme/logs',
  '/auditlog-exts',
  '/auditlog-exts/events',
  '/audit-logs',
  '/robots',
  `/robots?q=Level%3Dproject,ProjectID%3D${projectId}`,
  `/robots/${ids.robot}`,
  `PATCH /robots/${ids.robot} {"secret":""}`,
  'POST /robots {"name":"x","level":"system","duration":1,"permissions":[{"kind":"system","namespace":"/","access":[{"resource":"project","action":"list"}]}]}',
  `/labels?scope=p&project_id=${projectId}`,
  '/labels?scope=g',
  `/labels/${ids.label}`,
  '/quotas',
  '/quotas/1',
  '/users',
  `/users/${ids.user}`,
  '/users/current',
  `/users/current/permissions?scope=/project/${projectId}`,
  '/users/search?username=jo',
  '/usergroups',
  '/usergroups/search?groupname=team',
  '/permissions',
  '/scanners',
  `/scanners/${ids.scanner}`,
  `/scanners/${ids.scanner}/metadata`,
  '/configurations',
  '/system/CVEAllowlist',
  '/systeminfo',
  '/systeminfo/volumes',
  '/statistics',
  '/health',
  '/ping',
  '/search?q=a',
];

describeWithSwagger('answers beside the description of the API (needs ../shared/data/harbor-swagger)', () => {
  it('have its form', async () => {
    const check = new SwaggerCheck();
    const problems: string[] = [];
    const headers = { Accept: 'application/json' };
    for (const line of reads()) {
      const [, method = 'GET', target = '', body] = /^(?:([A-Z]+) )?(\S+)(?: (.*))?$/.exec(line) ?? [];
      const payload = body === undefined ? undefined : JSON.parse(body);
      const { status, json } = await world.send(method, target, payload, { headers });
      if (status > 201) problems.push(`${line}: ${status}`);
      problems.push(...check.problems(method, target.split('?')[0] ?? '', status, json));
    }
    expect(problems.filter((problem) => !tolerated.some((pattern) => pattern.test(problem)))).toEqual([]);
  });

  it('are all looked at', () => {
    const isRead = (pattern: string) => {
      const form = new RegExp(`^${pattern.replaceAll(/\{[^}]*\}/g, '[^/]+')}/?$`);
      return reads().some((line) => form.test(line.split('?')[0] ?? ''));
    };
    const unread = ['/systeminfo/getcert', '/internalconfig'];
    const routes = apiRoutesOf(versionTraits['2.15']).filter((route) => !administrationRoutes.includes(route));
    const patterns = routes.filter(({ method }) => method === 'GET').map(({ pattern }) => pattern);
    expect(patterns.filter((pattern) => !isRead(pattern) && !unread.includes(pattern))).toEqual([]);
  });
});
