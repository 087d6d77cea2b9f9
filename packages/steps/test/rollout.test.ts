import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { redact } from '@harbor-pilot/core';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { planRollout, type RolloutPlan } from '../src/rollout/run.ts';
import { nothing } from './no-values.ts';
import { captureRuntime } from './runtime.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollout-'));
  await mkdir(join(folder, 'deploy'));
  await writeFile(join(folder, 'deploy/app.yml'), 'kind: ConfigMap');
  await mkdir(join(folder, 'empty'));
  await writeFile(join(folder, 'empty/notes.txt'), 'x');
  await writeFile(join(folder, 'kubeconfig'), 'current-context: one');
  await writeFile(join(folder, 'other'), 'users: [{ name: u, user: { client-key: key.pem } }]');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Values = Parameters<typeof planRollout>[0];

const nothingGiven: Values = {
  ...nothing,
  manifests: [],
  workload: undefined,
  replaces: undefined,
  namespace: 'default',
  kubeconfig: undefined,
  kubeContext: undefined,
  rolloutTimeout: 300,
  undo: true,
  pullSecret: undefined,
  pullUsername: undefined,
  pullPassword: undefined,
};

function plan(
  values: Partial<Values>,
  environment: Record<string, string> = { KUBECONFIG: 'kubeconfig' },
): Promise<RolloutPlan> {
  return planRollout({ ...nothingGiven, ...values }, captureRuntime(folder, environment));
}

describe('a rollout', () => {
  it('reads its manifests and the kubeconfig of the variable', async () => {
    const { kubeconfig, manifests } = await plan({ manifests: ['deploy'] });
    expect(manifests).toEqual([{ path: 'deploy/app.yml', text: 'kind: ConfigMap' }]);
    expect(JSON.parse(kubeconfig)).toMatchObject({ 'current-context': 'one' });
  });

  it('takes several kubeconfigs of the variable, each with its own folder', async () => {
    const { kubeconfig } = await plan({ workload: 'deployment/a' }, { KUBECONFIG: `kubeconfig${delimiter}other` });
    expect(JSON.parse(kubeconfig)).toMatchObject({
      'current-context': 'one',
      users: [{ user: { 'client-key': join(folder, 'key.pem') } }],
    });
  });

  it.each([
    [{ manifests: ['deploy'], workload: 'deployment/a' }, /both manifests \(deploy\) and a workload \(deployment\/a\)/],
    [{ manifests: ['empty'] }, /the folder empty has no \.yml or \.yaml file/],
    [{ workload: 'deployment/a', pullSecret: 's' }, /pull-username and pull-password are missing/],
    [{ workload: 'deployment/a', pullUsername: 'u', pullPassword: 'p' }, /pull-secret is missing/],
    [{ workload: 'deployment/a', pullPassword: 'p' }, /pull-secret and pull-username are missing/],
  ])('of %p is refused before anything is changed', async (values, message) => {
    await expect(plan(values)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringMatching(message),
      hint: expect.any(String),
    });
  });

  it('needs a kubeconfig', async () => {
    await expect(plan({ workload: 'deployment/a' }, {})).rejects.toThrow('there is no kubeconfig');
  });

  it('shows nothing of a kubeconfig that is given in place of its path', async () => {
    const text = 'apiVersion: v1\nusers:\n- user:\n    token: token-of-the-cluster\n';
    for (const given of [text, Buffer.from(text).toString('base64')]) {
      const error = await plan({ workload: 'deployment/a' }, { KUBECONFIG: given }).catch(String);
      expect(error).toBe('PilotError: the text of a kubeconfig is given where the path of one belongs');
      expect(redact(`got ${given}`)).not.toMatch(/token-of|YXBp/);
    }
  });
});
