import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startGitlab } from '../../packages/steps/test/comment-servers.ts';
import { digestOfTag } from './harbor-state.ts';
import { onGitlab } from './on-gitlab.ts';
import { assertSuccess } from './run-process.ts';
import { startWorld, type Workspace, type World } from './world.ts';

/** A report of the gate among the artifacts of a job. */
function gateReport({ folder }: Workspace, name: string): Promise<string> {
  return readFile(join(folder, '.harbor-pilot/gate', name), 'utf8');
}

describeWithPeers('on GitLab CI', ['rsync', 'git'], () => {
  let world: World;
  let user: string;
  beforeAll(async () => {
    world = await startWorld();
    user = world.accounts.releaser.username;
  }, 180_000);
  afterAll(() => world?.close());

  it('releases, and hands its outputs to later jobs', async () => {
    const workspace = await world.workspace('release');
    const pipeline = `stages: [deploy, after]
include:
  - local: templates/release/template.yml
    inputs:
      username: ${user}
      tags: 1.0.0
later:
  stage: after
  script: echo "the digest is $HARBOR_PILOT_OUTPUT_DIGEST, $HARBOR_PILOT_OUTPUT_VERDICT"
`;
    const run = await onGitlab(workspace, pipeline);
    assertSuccess(run);
    const record = await workspace.record();
    expect(record).toMatchObject({ outcome: 'released', run: { ci: 'gitlab' } });
    expect(run.log).toContain(`the digest is ${record.digest}, passed`);
    expect(await digestOfTag(world, '1.0.0')).toBe(record.digest);
    for (const secret of world.secrets) expect(run.log).not.toContain(secret);
  }, 180_000);

  it('takes what the whole pipeline sets, and a name of a variable for an account', async () => {
    const workspace = await world.workspace('variables', '');
    const pipeline = `variables:
  HARBOR_PILOT_REGISTRY: ${world.stage.registry}
  HARBOR_PILOT_CA_CERTIFICATE: ci/harbor-ca.crt
  HARBOR_PILOT_IMAGE: shop/other
  ACCOUNT: { value: '${user}', expand: false }
include:
  - local: templates/login/template.yml
    inputs: { username: $ACCOUNT, image: shop/hello }
`;
    const run = await onGitlab(workspace, pipeline);
    assertSuccess(run);
    expect(run.log).toContain(`${world.stage.registry} accepts ${user}`);
    expect(run.log).toContain('in shop/hello');
  }, 180_000);

  it('does the same job by job', async () => {
    const workspace = await world.workspace('steps');
    const steps = ['login', 'build', 'push', 'sign', 'verify', 'scan-gate', 'rollout'];
    const more: Readonly<Record<string, string>> = { push: ', tags: 2.0.0', 'scan-gate': ', comment: "true"' };
    const includes = steps.map(
      (step) => `  - local: templates/${step}/template.yml
    inputs: { stage: ${step}, username: ${user}${more[step] ?? ''} }
`,
    );
    const gitlab = await startGitlab();
    const mergeRequest = { CI_SERVER_URL: gitlab.url, CI_MERGE_REQUEST_PROJECT_ID: '12', CI_MERGE_REQUEST_IID: '5' };
    const variables = JSON.stringify({ ...mergeRequest, HARBOR_PILOT_COMMENT_TOKEN: 'token-of-7' });
    const pipeline = `stages: [${steps.join(', ')}]\nvariables: ${variables}\ninclude:\n${includes.join('')}`;
    const run = await onGitlab(workspace, pipeline).finally(() => gitlab.close());
    assertSuccess(run);
    expect(gitlab.comments).toEqual([expect.objectContaining({ body: expect.stringContaining('scan gate') })]);
    const record = await workspace.record();
    expect(record).toMatchObject({
      signature: { acceptedByHarbor: true },
      gate: { verdict: 'passed' },
      rollout: { outcome: 'complete' },
    });
    expect(await digestOfTag(world, '2.0.0')).toBe(record.digest);
  }, 180_000);

  it('lets a refused gate warn by its exit code 5, while the release stays undone', async () => {
    const workspace = await world.workspace('refused');
    const pipeline = `include:
  - local: templates/release/template.yml
    inputs: { username: ${user}, tags: refused, labels: version=refused }
harbor-release:
  allow_failure: { exit_codes: [5] }
`;
    const removeAdvisory = await world.stage.plantAdvisory?.();
    const run = await onGitlab(workspace, pipeline).finally(removeAdvisory);
    assertSuccess(run);
    expect(run.log).toContain('error GATE_REFUSED: ');
    expect(run.log).toMatch(/WARN 5|WARN\s+harbor-release/);
    expect(await gateReport(workspace, 'gl-container-scanning-report.json')).toContain('DEMO-2026-0001');
    expect(await gateReport(workspace, 'gl-code-quality-report.json')).toContain('DEMO-2026-0001');
    expect(await gateReport(workspace, 'gate-report.junit.xml')).toContain('<failure');
    expect(await gateReport(workspace, 'gate-report.html')).toContain('DEMO-2026-0001');
    expect(await digestOfTag(world, 'refused')).toBeUndefined();
  }, 180_000);
});
