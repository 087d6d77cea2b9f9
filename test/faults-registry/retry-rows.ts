import { expect, it } from '@jest/globals';
import { randomImage } from '../../packages/registry/test/images.ts';
import { expectStored, randomBlob } from './content.ts';
import type { FaultStage } from './stage.ts';

const put = { method: 'PUT', path: /\/blobs\/uploads\// };
const busy = (headers: Readonly<Record<string, string>>, body = '') =>
  ({ kind: 'answer', status: 429, headers, body }) as const;

/** Rows 1 to 3: a server that is busy or down for a while. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: it is the body of a suite, like those in *.test.ts files.
export function retryRows(stage: () => FaultStage): void {
  it('row 1: 429 with Retry-After in seconds is waited for', async () => {
    const { registry, waits } = stage().connect();
    const [repository, blob] = [stage().repository(), randomBlob(5000)];
    stage().proxy.inject({ ...put, fault: busy({ 'Retry-After': '3' }) });
    expect(await registry.pushBlob(repository, blob.source)).toBe('pushed');
    expect(waits).toEqual([3000]);
    await expectStored(stage().direct, repository, blob);
  });

  it('row 1: 429 with Retry-After as a date is waited for', async () => {
    const { registry, waits } = stage().connect();
    const at = new Date(Date.now() + 20_000).toUTCString();
    stage().proxy.inject({ method: 'HEAD', fault: busy({ 'Retry-After': at }) });
    expect(await registry.find(stage().repository(), 'v1')).toBeUndefined();
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThan(10_000);
    expect(waits[0]).toBeLessThanOrEqual(20_000);
  });

  it('row 1: an absurd Retry-After is capped, and named in the end', async () => {
    const { registry, waits, lines } = stage().connect();
    stage().proxy.inject({ ...put, times: 100, fault: busy({ 'Retry-After': '86400' }) });
    await expect(registry.pushBlob(stage().repository(), randomBlob(10).source)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      exitCode: 4,
      message: expect.stringContaining('Retry-After: 86400'),
    });
    expect(Math.max(...waits)).toBe(60_000);
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThanOrEqual(150_000);
    expect(lines.join()).not.toContain(stage().credentials.password);
  });

  it.each([
    ['Harbor', '{"errors":[{"code":"TOO_MANY_REQUEST","message":"slow down"}]}', 'application/json'],
    ['the specification', '{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}', 'application/json'],
    ['a proxy', '<html><body>429</body></html>', 'text/html'],
    ['nobody', '', 'text/plain'],
  ])('row 2: 429 in the words of %s is tried again by its status', async (_, body, type) => {
    const { registry, waits } = stage().connect();
    const { root, source } = randomImage(1, 3000);
    const repository = stage().repository();
    for (const method of ['HEAD', 'POST', 'PUT']) {
      stage().proxy.inject({ method, path: /\/(blobs|manifests)\//, fault: busy({ 'content-type': type }, body) });
    }
    await registry.pushImage(repository, root.descriptor, source, { tags: ['v1'] });
    expect(waits).toHaveLength(3);
    expect(await stage().direct.resolve(repository, 'v1')).toEqual(root.descriptor);
  });

  it.each([1, 2, 3])('row 3: a burst of %i bad gateways is survived, with growing waits', async (count) => {
    const { registry, waits } = stage().connect();
    const [repository, blob] = [stage().repository(), randomBlob(3000)];
    for (const status of [502, 503, 504].slice(0, count)) {
      stage().proxy.inject({ method: 'POST', fault: { kind: 'answer', status } });
    }
    expect(await registry.pushBlob(repository, blob.source)).toBe('pushed');
    expect(waits).toEqual([1000, 2000, 4000].slice(0, count));
  });

  it('row 3: a gateway that stays bad is given up, and named', async () => {
    const { registry, waits } = stage().connect();
    stage().proxy.inject({ method: 'HEAD', path: /manifests/, times: 100, fault: { kind: 'answer', status: 502 } });
    stage().proxy.inject({ method: 'GET', path: /manifests/, times: 100, fault: { kind: 'answer', status: 502 } });
    await expect(registry.resolve(stage().repository(), 'v1')).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      exitCode: 4,
      message: expect.stringContaining('502'),
    });
    expect(waits).toEqual([1000, 2000, 4000]);
    expect(stage().proxy.requests.filter(({ method }) => method === 'HEAD')).toHaveLength(4);
  });

  it('row 3: all requests of a client share one budget of tries', async () => {
    const { registry, waits } = stage().connect({ policy: { retriesInTotal: 5 } });
    stage().proxy.inject({ path: /manifests/, times: 1000, fault: { kind: 'answer', status: 503 } });
    const look = () => registry.find(stage().repository(), 'v1').catch((error: unknown) => error);
    const errors = [await look(), await look(), await look()];
    for (const error of errors) expect(error).toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    expect(waits).toHaveLength(5);
  });
}
