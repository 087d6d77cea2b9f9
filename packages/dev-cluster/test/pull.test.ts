import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DevCluster, startDevCluster } from '../src/index.ts';
import { connect, type Json, type TestApi } from './support/api.ts';
import {
  deployment,
  deploymentsPath,
  eventsPath,
  isRolledOut,
  podsPath,
  pullSecret,
  waitingState,
} from './support/objects.ts';
import { layerDigest, startTestRegistry, type TestRegistry } from './support/registry.ts';

describe('a node that cannot pull', () => {
  let registry: TestRegistry;
  let stranger: TestRegistry;
  let cluster: DevCluster;
  let api: TestApi;
  const platforms = ['linux/amd64'];

  beforeAll(async () => {
    registry = await startTestRegistry();
    stranger = await startTestRegistry();
    cluster = await startDevCluster({
      nodes: [{ name: 'only', platform: 'linux/amd64' }],
      registryCas: { [registry.host]: registry.caCertificate },
    });
    api = connect(cluster);
    await api.post('/api/v1/namespaces/default/secrets', pullSecret(registry.host));
    await api.post('/api/v1/namespaces/default/secrets', pullSecret(registry.host, 'wrong', 'wrong'));
  });

  afterAll(async () => {
    await cluster.close();
    await registry.close();
    await stranger.close();
  });

  async function refusalOf(name: string, image: string, podSpec: object = {}): Promise<string> {
    await api.post(deploymentsPath, deployment({ name, image, podSpec }));
    const waiting = await waitingState(api, name, 'ImagePullBackOff');
    await api.call('DELETE', `${deploymentsPath}/${name}`);
    return waiting.message;
  }

  it('gives the reason of a Harbor policy, and goes on when it is lifted', async () => {
    const policy = 'current image without vulnerability scanning cannot be pulled due to configured policy';
    const digest = registry.push('demo/policy', 'v1', platforms);
    const image = `${registry.host}/demo/policy@${digest}`;
    registry.refuse('demo/policy', policy);
    await api.post(deploymentsPath, deployment({ name: 'policy', image }));
    const { message } = await waitingState(api, 'policy', 'ImagePullBackOff');
    const url = `https://${registry.host}/v2/demo/policy/manifests/${digest}`;
    expect(message).toBe(
      `Back-off pulling image "${image}": ErrImagePull: rpc error: code = Unknown desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": unexpected status from HEAD request to ${url}: 412 Precondition Failed: projectpolicyviolation: ${policy}`,
    );
    const { items } = await api.get(`${eventsPath}?fieldSelector=type%3DWarning`);
    expect(items.map((event: Json) => event.message)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(`^Failed to pull image "${image}": rpc error`),
        'Error: ErrImagePull',
        'Error: ImagePullBackOff',
      ]),
    );
    registry.refuse('demo/policy', undefined);
    await api.until(`${deploymentsPath}/policy`, isRolledOut);
  });

  it.each([
    ['without a pull secret', { imagePullSecrets: [] }, 'insufficient_scope: authorization failed'],
    [
      'with a wrong password',
      { imagePullSecrets: [{ name: 'wrong' }] },
      'failed to fetch oauth token: unexpected status',
    ],
    ['with a pull secret that does not exist', { imagePullSecrets: [{ name: 'absent' }] }, 'authorization failed'],
  ])('says that access is denied %s', async (title, podSpec, reason) => {
    registry.push('demo/private', 'v1', platforms);
    const name = title.replaceAll(' ', '-');
    const message = await refusalOf(name, `${registry.host}/demo/private:v1`, podSpec);
    expect(message).toContain('pull access denied, repository does not exist or may require authorization');
    expect(message).toContain(reason);
    expect(message).not.toContain('wrong"');
  });

  it('says that a tag does not exist', async () => {
    const image = `${registry.host}/demo/private:absent`;
    const message = await refusalOf('absent', image);
    expect(message).toContain(`rpc error: code = NotFound desc = failed to pull and unpack image "${image}"`);
    expect(message).toMatch(/:absent: not found$/);
  });

  it.each([
    ['an index', ['linux/arm64', 'linux/s390x']],
    ['a single manifest', ['linux/arm64']],
  ])('says that %s has nothing for its platform', async (title, others) => {
    const name = title.replaceAll(' ', '-');
    registry.push(`demo/${name}`, 'v1', others);
    expect(await refusalOf(name, `${registry.host}/demo/${name}:v1`)).toMatch(
      /no match for platform in manifest sha256:[0-9a-f]{64}: not found/,
    );
  });

  it('does not trust a CA that it was not told of', async () => {
    stranger.push('demo/app', 'v1', platforms);
    expect(await refusalOf('stranger', `${stranger.host}/demo/app:v1`)).toMatch(
      /Head "https:.*": tls: failed to verify certificate: x509: certificate signed by unknown authority$/,
    );
  });

  it('refuses a layer that is not what its digest says', async () => {
    registry.push('demo/damaged', 'v1', platforms, 'damaged');
    registry.damage(layerDigest('linux/amd64', 'damaged'));
    expect(await refusalOf('damaged', `${registry.host}/demo/damaged:v1`)).toContain(
      `content of ${layerDigest('linux/amd64', 'damaged')} is sha256:`,
    );
  });

  it('says that a name is not one', async () => {
    await api.post(deploymentsPath, deployment({ name: 'name', image: 'Not A Name' }));
    const { message } = await waitingState(api, 'name', 'InvalidImageName');
    expect(message).toContain("couldn't parse image name");
  });

  it('uses the pull secrets of the service account', async () => {
    registry.push('demo/private', 'v1', platforms);
    const account = '/api/v1/namespaces/default/serviceaccounts/default';
    await api.patch(account, 'strategic-merge', { imagePullSecrets: [{ name: 'pull' }] });
    const image = `${registry.host}/demo/private:v1`;
    await api.post(deploymentsPath, deployment({ name: 'account', image, podSpec: { imagePullSecrets: [] } }));
    await api.until(`${deploymentsPath}/account`, isRolledOut);
    const { items } = await api.get(`${podsPath}?labelSelector=app%3Daccount`);
    expect(items[0].spec.imagePullSecrets).toEqual([{ name: 'pull' }]);
  });

  it('reads each layer once', async () => {
    registry.push('demo/cached', 'v1', platforms, 'cached');
    for (const name of ['first', 'second']) {
      const podSpec = {
        containers: [{ name: 'app', image: `${registry.host}/demo/cached:v1`, imagePullPolicy: 'Always' }],
      };
      await api.post(deploymentsPath, deployment({ name, image: '', podSpec }));
      await api.until(`${deploymentsPath}/${name}`, isRolledOut);
    }
    const layer = `GET /v2/demo/cached/blobs/${layerDigest('linux/amd64', 'cached')}`;
    expect(registry.requests.filter((request) => request === layer)).toHaveLength(1);
    expect(
      registry.requests.filter((request) => request === 'HEAD /v2/demo/cached/manifests/v1').length,
    ).toBeGreaterThan(2);
  });
});
