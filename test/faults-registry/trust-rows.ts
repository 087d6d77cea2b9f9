import { contentOf } from '@harbor-pilot/oci';
import type { Fault, ProxiedRequest } from '@harbor-pilot/testkit';
import { expect, it } from '@jest/globals';
import { randomImage } from '../../packages/registry/test/images.ts';
import { expectStored, randomBlob } from './content.ts';
import type { FaultStage } from './stage.ts';

const put = { method: 'PUT', path: /\/blobs\/uploads\// };
// What Harbor answers to a token that has expired: a challenge without realm and scope.
const refused = {
  kind: 'answer',
  status: 401,
  headers: { 'www-authenticate': 'Basic realm="harbor"', 'content-type': 'application/json' },
  body: '{"errors":[{"code":"UNAUTHORIZED","message":"unauthorized"}]}',
} as const satisfies Fault;

/** Rows 9 and 10: credentials that stop to work. */
export function authorizationRows(stage: () => FaultStage): void {
  const asked = (text: string): ProxiedRequest[] => stage().proxy.requests.filter(({ path }) => path.includes(text));

  it.each([false, true])(
    'row 9: a 401 in mid upload (early: %s) is answered with a new token, or not at all',
    async (isEarly) => {
      const { registry } = stage().connect();
      const [repository, blob] = [stage().repository(), randomBlob(300_000)];
      stage().proxy.inject({ ...put, fault: { ...refused, isEarly } });
      if (stage().kind === 'distribution') {
        // Basic: there is nothing to renew, and a password that was refused is not tried again.
        await expect(registry.pushBlob(repository, blob.source)).rejects.toMatchObject({
          code: 'AUTH_FAILED',
          exitCode: 3,
        });
        const count = stage().proxy.requests.length;
        await expect(registry.hasBlob(repository, blob.descriptor.digest)).rejects.toMatchObject({
          code: 'AUTH_FAILED',
        });
        expect(stage().proxy.requests).toHaveLength(count);
        return;
      }
      expect(await registry.pushBlob(repository, blob.source)).toBe('pushed');
      expect(asked('/service/token')).toHaveLength(2);
      expect(stage().proxy.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
      await expectStored(stage().direct, repository, blob);
    },
  );

  it('row 9: a token that is refused in the middle of a large upload is replaced, and the upload goes on', async () => {
    if (stage().kind === 'distribution') return;
    const { registry } = stage().connect();
    const [repository, blob] = [stage().repository(), randomBlob(1_500_000)];
    const path = /\/blobs\/uploads\/[^?]/;
    stage().proxy.inject({ path, fault: refused });
    expect(await registry.pushBlob(repository, blob.source)).toBe('pushed');
    expect(stage().proxy.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
    await expectStored(stage().direct, repository, blob);
  });

  it('row 10: a server that answers 401 for ever is asked once more at most', async () => {
    const { registry } = stage().connect();
    stage().proxy.inject({ path: /manifests/, times: 100, fault: refused });
    const code = stage().kind === 'harbor' ? 'TOKEN_REFUSED' : 'AUTH_FAILED';
    await expect(registry.fetchManifest(stage().repository(), 'v1')).rejects.toMatchObject({ code, exitCode: 3 });
    expect(asked('manifests').length).toBeLessThanOrEqual(2);
    expect(asked('/service/token').length).toBeLessThanOrEqual(2);
  });

  it('row 10: a password that is wrong is sent once', async () => {
    const wrong = { username: 'nobody', password: 'wrong-canary-password' };
    const { registry } = stage().connect({ credentials: wrong });
    const image = randomImage(3, 1000);
    const pushed = registry.pushImage(stage().repository(), image.root.descriptor, image.source, { tags: ['v1'] });
    await expect(pushed).rejects.toMatchObject({
      code: 'AUTH_FAILED',
      message: expect.not.stringContaining(wrong.password),
    });
    await expect(registry.ping()).rejects.toMatchObject({ code: 'AUTH_FAILED' });
    const basic = stage().proxy.requests.filter(({ headers }) => headers.authorization?.includes('Basic'));
    // The first requests of a push to a registry without tokens go out together.
    expect(basic.length).toBeLessThanOrEqual(stage().kind === 'harbor' ? 1 : 2);
  });
}

/** Rows 11 to 13: servers that send the client elsewhere. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: it is the body of a suite, like those in *.test.ts files.
export function redirectionRows(stage: () => FaultStage): void {
  const scheme = () => (stage().kind === 'harbor' ? 'https' : 'http');
  const secrets = ({ headers }: ProxiedRequest) => [headers.authorization, headers.cookie, headers['x-custom']];

  it('row 11: a redirect is followed without credentials', async () => {
    const [repository, blob] = [stage().repository(), contentOf('text/plain', 'kept elsewhere')];
    const location = `${scheme()}://${stage().elsewhere.host}/storage/blob`;
    stage().proxy.inject({ path: /\/blobs\/sha256/, fault: { kind: 'answer', status: 307, headers: { location } } });
    stage().elsewhere.inject({ fault: { kind: 'answer', status: 200, body: 'kept elsewhere' } });
    const bytes = await stage().connect().registry.fetchBlob(repository, blob.descriptor);
    expect(Buffer.from(bytes).toString()).toBe('kept elsewhere');
    expect(stage().elsewhere.requests.map(secrets)).toEqual([[undefined, undefined, undefined]]);
  });

  it.each(['http://127.0.0.1:9/', 'file:///etc/passwd', 'javascript:0'])(
    'row 11: a redirect to %s is not followed from https, or never',
    async (location) => {
      if (scheme() === 'http' && location.startsWith('http:')) return;
      stage().proxy.inject({ path: /\/blobs\//, fault: { kind: 'answer', status: 307, headers: { location } } });
      const blob = randomBlob(10);
      await expect(stage().connect().registry.fetchBlob(stage().repository(), blob.descriptor)).rejects.toMatchObject({
        code: 'ANSWER_UNEXPECTED',
      });
    },
  );

  it('row 11: redirects without end are left', async () => {
    const location = `${scheme()}://${stage().proxy.host}/v2/loop/manifests/v1`;
    stage().proxy.inject({
      path: /manifests/,
      times: 100,
      fault: { kind: 'answer', status: 302, headers: { location } },
    });
    const read = stage().connect().registry.fetchManifest(stage().repository(), 'v1');
    await expect(read).rejects.toMatchObject({ code: 'ANSWER_UNEXPECTED' });
    expect(stage().proxy.requests.filter(({ path }) => path.includes('manifests'))).toHaveLength(6);
  });

  it('row 11: the URLs of a foreign layer are not fetched', async () => {
    const { root, source } = randomImage(1, 10);
    const manifest = JSON.parse(Buffer.from(root.bytes).toString());
    const url = `${scheme()}://${stage().elsewhere.host}/foreign`;
    manifest.layers[0] = { ...manifest.layers[0], urls: [url] };
    const foreign = contentOf(root.descriptor.mediaType, JSON.stringify(manifest));
    source.contents.set(foreign.descriptor.digest, foreign);
    const { registry } = stage().connect();
    // Distribution takes none unless it is told to.
    await registry
      .pushImage(stage().repository(), foreign.descriptor, source, { tags: ['v1'] })
      .catch((error: Error) => expect(error).toMatchObject({ code: 'REGISTRY_UNAVAILABLE' }));
    expect(stage().elsewhere.requests).toHaveLength(0);
  });

  it.each([
    'http://127.0.0.9/token',
    'https://127.0.0.9/token',
    'https://169.254.169.254/latest',
    'https://[::1]/t',
    'http://auth.invalid/',
    'file:///etc/passwd',
  ])('row 12: credentials are not sent to the realm %s', async (realm) => {
    const headers = { 'www-authenticate': `Bearer realm="${realm}",service="harbor-registry"` };
    stage().proxy.inject({ path: /^\/v2\/$/, fault: { kind: 'answer', status: 401, headers } });
    const { registry, waits } = stage().connect();
    await expect(registry.ping()).rejects.toMatchObject({
      code: 'AUTH_FAILED',
      message: expect.stringContaining(realm),
    });
    expect([stage().proxy.requests.length, waits]).toEqual([1, []]);
  });

  it.each(['http://127.0.0.9/upload', 'https://127.0.0.9/upload', 'https://169.254.169.254/', 'ftp://127.0.0.1/', ''])(
    'row 13: nothing is uploaded to the address "%s"',
    async (location) => {
      stage().proxy.inject({ method: 'POST', fault: { kind: 'answer', status: 202, headers: { location } } });
      const pushed = stage().connect().registry.pushBlob(stage().repository(), randomBlob(10).source);
      await expect(pushed).rejects.toMatchObject({ code: 'ANSWER_UNEXPECTED' });
    },
  );

  it('row 13: another host that takes the upload sees no credentials', async () => {
    const location = `${scheme()}://${stage().elsewhere.host}/upload?state=1`;
    stage().proxy.inject({ method: 'POST', fault: { kind: 'answer', status: 202, headers: { location } } });
    stage().elsewhere.inject({ times: 100, fault: { kind: 'answer', status: 201 } });
    const pushed = stage().connect().registry.pushBlob(stage().repository(), randomBlob(10).source);
    // Over plain HTTP it is refused altogether.
    if (scheme() === 'http') await expect(pushed).rejects.toMatchObject({ code: 'ANSWER_UNEXPECTED' });
    else expect(await pushed).toBe('pushed');
    for (const request of stage().elsewhere.requests)
      expect(secrets(request)).toEqual([undefined, undefined, undefined]);
  });
}
