import { coversRepository, coversTag, type TagRule } from '@harbor-pilot/harbor';
import { describe, expect, it } from '@jest/globals';
import { type Answer, recordedHarbor, refusal } from './recorded-harbor.ts';

const answering = (json: unknown) => recordedHarbor((): Answer => ({ json }));

describe('what Harbor says about itself', () => {
  it('names the components that are not healthy, with their reasons', async () => {
    const down = { name: 'jobservice', status: 'unhealthy', error: 'connection refused' };
    await using recorded = await answering({
      status: 'unhealthy',
      components: [{ name: 'core', status: 'healthy' }, down],
    });
    expect(await recorded.harbor.unhealthyComponents()).toEqual([{ name: 'jobservice', reason: 'connection refused' }]);
  });

  it('tells nothing to those who did not sign in', async () => {
    await using recorded = await answering({ auth_mode: 'db_auth' });
    expect(await recorded.harbor.systemInformation()).toEqual({});
  });
});

describe('a project', () => {
  it('is found by its whole name, with its settings', async () => {
    const metadata = {
      public: 'true',
      auto_scan: 'true',
      enable_content_trust_cosign: 'true',
      prevent_vul: 'true',
      severity: 'high',
      retention_id: '7',
      reuse_sys_cve_allowlist: 'false',
    };
    const cve_allowlist = { items: [{ cve_id: 'CVE-2099-1' }], expires_at: 4_000_000_000 };
    const acme = { name: 'acme', project_id: 5, current_user_role_id: 2, registry_id: 3, metadata, cve_allowlist };
    await using recorded = await answering([{ name: 'acme-old', project_id: 4, metadata: {} }, acme]);
    expect(await recorded.harbor.findProject('acme')).toEqual({
      id: 5,
      name: 'acme',
      isPublic: true,
      isProxyCache: true,
      role: 2,
      isScannedOnPush: true,
      signatureTools: ['cosign'],
      refusedSeverity: 'high',
      retentionId: 7,
      allowlist: { ids: ['CVE-2099-1'], expiresAt: new Date(4_000_000_000_000) },
    });
    expect(await recorded.harbor.findProject('acm')).toBeUndefined();
  });

  it.each([
    [undefined, undefined],
    [null, undefined],
    [0, new Date(0)],
    [1_800_000_000, new Date(1_800_000_000_000)],
    // Milliseconds in place of seconds.
    [1_800_000_000_000_000, new Date(8_640_000_000_000_000)],
  ])('has an allowlist that ends at %p: %p', async (expires_at, expected) => {
    const metadata = { reuse_sys_cve_allowlist: 'false' };
    await using recorded = await answering([{ name: 'acme', project_id: 5, metadata, cve_allowlist: { expires_at } }]);
    expect((await recorded.harbor.findProject('acme'))?.allowlist?.expiresAt).toEqual(expected);
  });

  it('has no scanner where Harbor answers with nothing', async () => {
    await using recorded = await recordedHarbor(() => ({}));
    expect(await recorded.harbor.projectScanner('acme')).toBeUndefined();
    await using page = await recordedHarbor(() => ({ page: '<html>' }));
    await expect(page.harbor.projectScanner('acme')).rejects.toMatchObject({ code: 'ANSWER_UNEXPECTED' });
  });

  it.each([
    [{ support_vulnerability: true, support_sbom: true }, true],
    [{ support_vulnerability: true }, false],
    [{ support_vulnerability: true, support_sbom: false }, false],
    [null, undefined],
  ])('tells by %j whether its scanner makes bills of materials: %p', async (capabilities, expected) => {
    await using recorded = await recordedHarbor(() => ({ json: { uuid: 'u', name: 'Stub', capabilities } }));
    expect((await recorded.harbor.projectScanner('acme'))?.makesSboms).toBe(expected);
  });

  it.each([401, 403, 404] as const)('answers %i to who asks for its members and may not', async (status) => {
    await using recorded = await recordedHarbor(() => refusal(status, 'FORBIDDEN', 'forbidden'));
    expect(await recorded.harbor.members('acme')).toEqual({ status });
  });
});

describe('rules about tags', () => {
  const rule = (tag: string, repository = '**', more: Partial<TagRule> = {}): TagRule => ({
    isDisabled: false,
    tags: [{ pattern: tag, isExclusion: false }],
    repositories: [{ pattern: repository, isExclusion: false }],
    ...more,
  });

  it.each([
    ['v1.2', 'v*', true],
    ['v1.2', '{main,v*}', true],
    ['latest', 'v*', false],
    ['latest', '', true],
    ['anything', '**', true],
  ])('cover the tag %s with the pattern "%s": %s', (tag, pattern, expected) => {
    expect(coversTag(rule(pattern), 'team/app', tag)).toBe(expected);
  });

  it.each([
    ['team/app', '**', true],
    ['team/app', '*', false],
    ['team/app', 'team/*', true],
  ])('cover the repository %s with the pattern "%s": %s', (repository, pattern, expected) => {
    expect(coversRepository(rule('**', pattern), repository)).toBe(expected);
  });

  it('mean all others when they exclude, and nothing when they are switched off or select nothing', () => {
    const excluding = rule('**', '**', { tags: [{ pattern: 'pilot-*', isExclusion: true }] });
    expect(['v1', 'pilot-1'].map((tag) => coversTag(excluding, 'app', tag))).toEqual([true, false]);
    expect(coversTag(rule('**', '**', { isDisabled: true }), 'app', 'v1')).toBe(false);
    expect(coversTag(rule('**', '**', { tags: [] }), 'app', 'v1')).toBe(false);
    expect(coversRepository(rule('**', '**', { repositories: [] }), 'app')).toBe(false);
  });

  it('are read from the retention policy, with the number of each', async () => {
    const selector = { kind: 'doublestar', decoration: 'repoExcludes', pattern: 'old' };
    await using recorded = await answering({
      trigger: { kind: 'Schedule', settings: { cron: '0 0 0 * * *' } },
      rules: [{ template: 'latestPushedK', params: { latestPushedK: 3 }, scope_selectors: { repository: [selector] } }],
    });
    expect(await recorded.harbor.retentionPolicy('acme', 7)).toEqual({
      schedule: '0 0 0 * * *',
      rules: [
        {
          isDisabled: false,
          tags: [],
          repositories: [{ pattern: 'old', isExclusion: true }],
          template: 'latestPushedK',
          count: 3,
        },
      ],
    });
  });
});
