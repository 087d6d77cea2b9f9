import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { digestOfTag } from './harbor-state.ts';
import { onJenkins, runMaven } from './on-jenkins.ts';
import { assertSuccess } from './run-process.ts';
import { startWorld, type World } from './world.ts';

/** A Jenkinsfile in which the credentials of a whole release are given. */
const jenkinsfile = (more: string, after = ''): string => `@Library('harbor-pilot') _
node {
    checkout scm
    def result = harborRelease(
        credentialsId: 'harbor-release', pullCredentialsId: 'harbor-pull', kubeconfigCredentialsId: 'kubeconfig',
        keyCredentialsId: 'cosign-key', keyPasswordCredentialsId: 'cosign-password',
        ${more})
    ${after}
}
`;

describeWithPeers('on Jenkins', ['mvn', 'java', 'git'], ({ mvn }) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  }, 180_000);
  afterAll(() => world?.close());

  it('has variables that hold their own tests', async () => {
    const { home } = await world.workspace('own-tests');
    assertSuccess(await runMaven(mvn, 'StepsTest', home, {}));
  }, 240_000);

  it('releases', async () => {
    const workspace = await world.workspace('release');
    const pipeline = jenkinsfile(
      `tags: ['1.0.0', 'latest']`,
      `echo "the digest is \${result.digest}, \${result.verdict}"`,
    );
    const run = await onJenkins(mvn, world, workspace, pipeline);
    assertSuccess(run);
    const record = await workspace.record();
    expect(record).toMatchObject({ outcome: 'released', tags: ['1.0.0', 'latest'], run: { ci: 'jenkins' } });
    expect(run.log).toContain(`the digest is ${record.digest}, passed`);
    expect(await digestOfTag(world, 'latest')).toBe(record.digest);
    for (const secret of world.secrets) {
      expect(run.log).not.toContain(secret);
      expect(run.scripts.join('\n')).not.toContain(secret);
    }
  }, 240_000);

  it('ends the build with code, message and hint when the gate refuses', async () => {
    const workspace = await world.workspace('refused');
    const pipeline = jenkinsfile(`tags: ['refused'], labels: ['version=refused']`);
    const removeAdvisory = await world.stage.plantAdvisory?.();
    const run = await onJenkins(mvn, world, workspace, pipeline).finally(removeAdvisory);
    expect(run.error).toMatch(/^\[GATE_REFUSED\] .+ Hint: /);
    expect(await digestOfTag(world, 'refused')).toBeUndefined();
  }, 240_000);
});
