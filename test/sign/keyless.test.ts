import {
  describeWithPeers,
  type PrivateSigstore,
  privateSigstorePeers,
  startPrivateSigstore,
} from '@harbor-pilot/testkit';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { PushedImage } from '../../packages/gate/test/harbor-world.ts';
import { openStage, type SigningStage } from './signing-stage.ts';

// Real servers, which take their time on a busy machine.
jest.setTimeout(120_000);

const identity = 'release@example.com';

describeWithPeers('signing without a key at Harbor', privateSigstorePeers, (programs) => {
  let sigstore: PrivateSigstore;
  let older: SigningStage;
  let newer: SigningStage;
  beforeAll(async () => {
    sigstore = await startPrivateSigstore(programs);
    [older, newer] = await Promise.all([openStage('2.14'), openStage('2.15')]);
  }, 120_000);
  afterAll(async () => {
    for (const stage of [older, newer]) await stage?.close();
    await sigstore?.close();
  });

  it.each(['classic', 'bundle'])('is recognised and verified in the form "%s"', async (format) => {
    const stage = format === 'classic' ? older : newer;
    const project = await stage.world.project({ enable_content_trust_cosign: 'true' });
    const index = await stage.world.push(project, 'index');
    const { outputs, lines } = await signIn(stage, index);
    expect(outputs).toMatchObject({
      format,
      'certificate-identity': identity,
      'certificate-oidc-issuer': sigstore.issuers.people,
    });
    expect(outputs['key-id']).toBeUndefined();
    expect(lines.join('\n')).toMatch(/3 digests signed as release@example\.com .*witnessed by a transparency log and/);
    for (const digest of stage.digestsOf(index)) expect(await stage.world.isPullable(index, digest)).toBe(true);
    const theirs = {
      'public-key': undefined,
      'certificate-identity': identity,
      'certificate-oidc-issuer': sigstore.issuers.people,
      'trusted-root': sigstore.trustedRootFile,
    };
    await stage.run('verify', index, theirs);
    const others = { ...theirs, 'certificate-identity': 'somebody@example.com' };
    await expect(stage.run('verify', index, others)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });

  it('pushes nothing when a service fails at the last signature', async () => {
    const index = await newer.world.push(await newer.world.project(), 'index');
    // Two entries are made; the third signature gets none.
    sigstore.proxies.rekor.inject({ skip: 2, times: 100, fault: { kind: 'answer', status: 400 } });
    await expect(signIn(newer, index)).rejects.toMatchObject({
      code: expect.stringMatching(/^(SIGSTORE_UNAVAILABLE|ANSWER_UNEXPECTED)$/) as unknown,
    });
    for (const digest of newer.digestsOf(index)) expect(await newer.accessoryTypes(index, digest)).toEqual([]);
    sigstore.proxies.rekor.reset();
    expect((await signIn(newer, index)).outputs.format).toBe('bundle');
  });

  const signIn = (stage: SigningStage, index: PushedImage) => {
    const environment = { SIGSTORE_ID_TOKEN: sigstore.token({ email: identity }) };
    const keyless = { key: undefined, keyless: 'true', 'signing-config': sigstore.signingConfigFile };
    return stage.run('sign', index, keyless, { environment });
  };
});
