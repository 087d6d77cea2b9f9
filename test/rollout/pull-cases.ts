import { rollOut, rolloutPartOf } from '@harbor-pilot/rollout';
import { expect } from '@jest/globals';
import { rolloutGroup } from './cases.ts';
import type { HarborStage } from './harbor-stage.ts';
import { failureOf, type Stage } from './world.ts';

/** What nodes that really pull and run say, and what a rollout makes of it. */
export function pullCases(stage: () => Stage, harbor: () => HarborStage, untrusting: () => string): void {
  const annotated = (name: string): { annotations: Record<string, string> } => {
    return { annotations: { [`dev-cluster.harbor-pilot.io/${name}`]: 'true' } };
  };
  rolloutGroup(
    'says why it failed',
    {
      'when the password of the pull secret is wrong': async ({ stage: { pullSecret }, options }) => {
        // What a node has pulled already it does not ask the registry for.
        const digest = await harbor().push('shop/hello', 'for the wrong password');
        const wrong = { ...givenSecret(pullSecret), name: 'wrong', password: 'wrong-password-of-the-test' };
        const error = await failureOf(rollOut(options(digest, { pullSecret: wrong })));
        expect(error.message).toContain('authorization failed');
        expect(error.hint).toContain('pull secret');
        expect(JSON.stringify([error.message, rolloutPartOf(error)])).not.toContain('wrong-password');
      },

      'when the image is for another architecture': async ({ manifest, options }) => {
        const digest = await harbor().push('shop/hello', 'amd64 only', ['linux/amd64']);
        const manifests = [manifest({ pod: { nodeSelector: { 'kubernetes.io/arch': 'arm64' } } })];
        const error = await failureOf(rollOut(options(digest, { manifests })));
        expect(error.message).toContain('no match for platform');
        expect(error.hint).toContain('architecture');
      },

      'when a policy of the project refuses the image': async ({ manifest, options }) => {
        await harbor().harbor.ensureProject('signed', { enable_content_trust_cosign: 'true' });
        const digest = await harbor().push('signed/hello', 'unsigned');
        const image = `${harbor().host}/signed/hello`;
        const pullSecret = await harbor().robot('signed');
        const manifests = [manifest({ image })];
        const error = await failureOf(rollOut(options(digest, { image, manifests, pullSecret })));
        expect(error.message).toContain('412');
        expect(error.hint).toMatch(/gives out signed images only|policy of the Harbor project/);
      },

      'when the nodes do not trust the registry': async ({ stage: { first }, namespace, manifest, options }) => {
        const own = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
        const manifests = [manifest(), { path: 'namespace.yaml', text: JSON.stringify(own) }];
        const error = await failureOf(rollOut(options(first, { kubeconfig: untrusting(), manifests })));
        expect(error.message).toContain('x509');
        expect(error.hint).toContain('CA');
      },

      'when the program crashes, with its last words': async ({ stage: { first }, manifest, options }) => {
        const error = await failureOf(rollOut(options(first, { manifests: [manifest(annotated('crash'))] })));
        expect(error.message).toContain('exited with code 1');
        expect(rolloutPartOf(error)?.reasons.join('\n')).toContain('wrote last:\n');
      },

      'when the program never gets ready': async ({ stage: { first }, manifest, options }) => {
        const manifests = [manifest(annotated('never-ready'))];
        const error = await failureOf(rollOut(options(first, { manifests, timeoutSeconds: 2 })));
        expect(error.message).toContain('not whole after 2 s: 0 of 2 new replicas available');
        expect(rolloutPartOf(error)?.reasons.join('\n')).toContain('Readiness probe failed');
        expect(error.hint).toContain('readiness probe');
      },
    },
    stage,
  );
}

function givenSecret(secret: Stage['pullSecret']): NonNullable<Stage['pullSecret']> {
  if (secret === undefined) throw new Error('the stage has no pull secret');
  return secret;
}
