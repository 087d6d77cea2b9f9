import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { digestOfTag } from './harbor-state.ts';
import { onGithub } from './on-github.ts';
import { assertSuccess } from './run-process.ts';
import { startWorld, type World } from './world.ts';

/** A job for each push, with these steps after the checkout, each indented by six. */
const workflow = (steps: string): string => `on: push
jobs:
  release:
    runs-on: ubuntu-latest
    env:
      COSIGN_PRIVATE_KEY: \${{ secrets.COSIGN_PRIVATE_KEY }}
      COSIGN_PASSWORD: \${{ secrets.COSIGN_PASSWORD }}
    steps:
      - uses: actions/checkout@v6
      - run: printenv KUBECONFIG_TEXT > kubeconfig
        env: { KUBECONFIG_TEXT: "\${{ secrets.KUBECONFIG }}" }
${steps}`;

const account = `username: \${{ vars.HARBOR_USERNAME }}
          password: \${{ secrets.HARBOR_PASSWORD }}`;

describeWithPeers('on GitHub Actions', ['act', 'git'], ({ act }) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  }, 180_000);
  afterAll(() => world?.close());

  it('releases', async () => {
    const workspace = await world.workspace('release');
    const steps = `
      - id: release
        uses: ./actions/release
        with:
          ${account}
          tags: 1.0.0
          kubeconfig: kubeconfig
          pull-password: \${{ secrets.PULL_PASSWORD }}
      - run: echo "the digest is \${{ steps.release.outputs.digest }}, \${{ steps.release.outputs.verdict }}"
`;
    const run = await onGithub(act, world, workspace, workflow(steps));
    assertSuccess(run);
    const record = await workspace.record();
    expect(record).toMatchObject({ outcome: 'released', run: { ci: 'github' } });
    expect(run.log).toContain(`the digest is ${record.digest}, passed`);
    expect(run.log).toContain('✅ Released');
    expect(await digestOfTag(world, '1.0.0')).toBe(record.digest);
    for (const secret of world.secrets) expect(run.log).not.toContain(secret);
  }, 180_000);

  it('does the same step by step: after the login no step needs credentials, and the job leaves none behind', async () => {
    const workspace = await world.workspace('steps');
    const steps = `
      - uses: ./actions/login
        with:
          registry: ${world.stage.registry}
          ${account}
      - id: build
        uses: ./actions/build
      - uses: ./actions/push
        with: { tags: 2.0.0 }
      - uses: ./actions/sign
        with: { digest: "\${{ steps.build.outputs.digest }}" }
      - uses: ./actions/verify
      - id: gate
        uses: ./actions/scan-gate
      - run: test -s "\${{ steps.gate.outputs.sarif }}" && ls "\${{ steps.gate.outputs.gate-reports }}"
      - uses: ./actions/rollout
        with:
          kubeconfig: kubeconfig
          pull-password: \${{ secrets.PULL_PASSWORD }}
`;
    const run = await onGithub(act, world, workspace, workflow(steps));
    assertSuccess(run);
    const record = await workspace.record();
    expect(record).toMatchObject({
      signature: { acceptedByHarbor: true },
      gate: { verdict: 'passed' },
      rollout: { outcome: 'complete' },
    });
    expect(await digestOfTag(world, '2.0.0')).toBe(record.digest);
    expect(run.log).toContain('gl-code-quality-report.json');
    expect(run.log).toMatch(/Run Post \.\/actions\/login[\s\S]*removed .*harbor-pilot-docker-/);
    for (const secret of world.secrets) expect(run.log).not.toContain(secret);
  }, 180_000);

  it('fails with an annotation that has code, message and hint', async () => {
    const workspace = await world.workspace('password');
    const steps = `
      - uses: ./actions/login
        with:
          registry: ${world.stage.registry}
          username: nobody
          password: \${{ secrets.HARBOR_PASSWORD }}
`;
    const run = await onGithub(act, world, workspace, workflow(steps));
    expect(run).toMatchObject({ exitCode: 1 });
    expect(run.log).toMatch(/::error title=AUTH_FAILED::.+ Hint: /);
    expect(run.log).toContain('exit status 3');
  }, 180_000);
});
