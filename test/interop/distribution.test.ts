import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { mediaTypes } from '@harbor-pilot/oci';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestedRegistry, type TestedRegistry } from '../conformance/tested-registry.ts';
import { type DockerRegistry, startDockerRegistry } from './docker-registry.ts';

const content = Buffer.from('content with several digests');
const digestBy = (algorithm: string): string => `${algorithm}:${createHash(algorithm).update(content).digest('hex')}`;
const [sha256, sha384, sha512] = [digestBy('sha256'), digestBy('sha384'), digestBy('sha512')];

const comparedHeaders = ['docker-content-digest', 'docker-distribution-api-version', 'etag', 'content-range'];

/** What an answer says, apart from the names that differ between two servers. */
type Said = Readonly<Record<string, unknown>>;

/** One server, and a repository of it. */
class Side {
  readonly registry: TestedRegistry;
  readonly repository: string;

  constructor(registry: TestedRegistry) {
    this.registry = registry;
    this.repository = registry.newRepository();
  }

  async ask(method: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Said> {
    const answer = await this.registry.send(method, `/v2/${this.repository}/${path}`, { headers });
    return this.#said(answer);
  }

  async upload(digest: string): Promise<Said> {
    const started = await this.registry.send('POST', `/v2/${this.repository}/blobs/uploads/`);
    const target = new URL(started.headers.location ?? '', started.url);
    target.searchParams.set('digest', digest);
    const headers = { 'content-type': 'application/octet-stream' };
    return this.#said(await this.registry.send('PUT', target, { headers, body: content }));
  }

  async pushManifest(sizeBytes: number): Promise<Said> {
    const start = `{"schemaVersion":2,"mediaType":"${mediaTypes.ociManifest}","config":{},"layers":[]`;
    const body = `${start}${' '.repeat(sizeBytes - start.length - 1)}}`;
    const headers = { 'content-type': mediaTypes.ociManifest };
    return this.#said(await this.registry.send('PUT', `/v2/${this.repository}/manifests/v1`, { headers, body }));
  }

  #said({ status, headers, bytes, url }: Awaited<ReturnType<TestedRegistry['send']>>): Said {
    const location = headers.location?.replace(url.origin, '').replace(this.repository, 'REPOSITORY');
    const kept = comparedHeaders.map((name) => [name, headers[name]]);
    return { status, location, body: bytes.toString().trimEnd(), ...Object.fromEntries(kept) };
  }
}

describeWithPeers('the embedded Harbor and the registry that Harbor has inside', ['docker-registry'], (programs) => {
  let peer: DockerRegistry;
  let sides: readonly Side[];

  beforeAll(async () => {
    peer = await startDockerRegistry(programs['docker-registry']);
    const environments = [{}, { HARBOR_PILOT_TEST_URL: `http://${peer.host}` }];
    sides = (await Promise.all(environments.map(startTestedRegistry))).map((registry) => new Side(registry));
  });
  afterAll(async () => {
    await Promise.all(sides.map(({ registry }) => registry.close()));
    await peer.close();
  });

  async function same(ask: (side: Side) => Promise<Said>): Promise<Said> {
    const [embedded, real] = await Promise.all(sides.map(ask));
    expect(embedded).toEqual(real);
    return embedded ?? {};
  }

  it('name a blob by SHA-256 whatever digest it came with', async () => {
    for (const digest of [sha512, sha384, sha256]) {
      const put = await same((side) => side.upload(digest));
      expect(put).toMatchObject({ status: 201, location: `/v2/REPOSITORY/blobs/${sha256}` });
      const got = await same((side) => side.ask('GET', `blobs/${digest}`));
      expect(got).toMatchObject({ status: 200, body: content.toString(), 'docker-content-digest': sha256 });
    }
    await same((side) => side.ask('GET', `blobs/${sha512}`, { range: 'bytes=1-3' }));
    await same((side) => side.ask('GET', `blobs/${sha512}`, { 'if-none-match': `"${sha256}"` }));
  });

  it('forget one name of a blob, and keep the others', async () => {
    expect(await same((side) => side.ask('DELETE', `blobs/${sha512}`))).toMatchObject({ status: 202 });
    const statuses: unknown[] = [];
    for (const digest of [sha512, sha384, sha256])
      statuses.push((await same((side) => side.ask('GET', `blobs/${digest}`))).status);
    expect(statuses).toEqual([404, 200, 200]);
  });

  it.each([
    `sha512:${'0'.repeat(128)}`,
    `sha256:${'0'.repeat(64)}`,
    `sha512:${'A'.repeat(128)}`,
    'sha512:abcd',
    'md5:d41d8cd98f00b204e9800998ecf8427e',
  ])('refuse content as %s', async (digest) => {
    expect(await same((side) => side.upload(digest))).toMatchObject({ status: 400 });
  });

  it.each([4 * 1024 * 1024, 4 * 1024 * 1024 + 1, 5 * 1024 * 1024])(
    'read or refuse a manifest of %d bytes',
    async (size) => {
      expect(await same((side) => side.pushManifest(size))).toMatchObject({ status: 400 });
    },
  );
});
