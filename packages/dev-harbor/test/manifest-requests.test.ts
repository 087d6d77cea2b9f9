import { mediaTypes } from '@harbor-pilot/oci';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HarborUnderTest, image, indexOf, type Part, part } from './harbor-client.ts';

let world: HarborUnderTest;
let child: Part;

const { manifest: app, blobs } = image('app');
const document = JSON.parse(app.bytes.toString());
const { config, layers } = document;
const [layer] = layers;

beforeAll(async () => {
  world = await HarborUnderTest.start();
  await world.project('acme');
  await world.push('acme/app', 'v1', app, blobs);
  child = app;
});
afterAll(() => world.end());

/** The status and the codes of the errors. */
async function put(content: unknown, type: string = mediaTypes.ociManifest, reference = 'v2'): Promise<unknown[]> {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
  const { status, json } = await world.send('PUT', `/v2/acme/app/manifests/${reference}`, bytes, { type });
  return [status, ...(json?.errors ?? []).map(({ code }: { code: string }) => code)];
}

describe('a manifest', () => {
  const invalid = [400, 'MANIFEST_INVALID'];
  const { ociManifest, ociIndex, dockerManifest, dockerManifestList } = mediaTypes;
  const nameless = { ...document, mediaType: undefined };
  const index = { schemaVersion: 2, manifests: [] };
  const listed = { mediaType: ociManifest, digest: app.digest, size: app.size };
  const cases: [string, unknown, string, unknown[]][] = [
    ['of a type in capitals and with parameters', document, `${ociManifest.toUpperCase()}; charset=utf-8`, [201]],
    ['of nothing', null, ociManifest, [500, 'UNKNOWN']],
    ['of a huge size', { ...document, config: { ...config, size: 1e20 } }, ociManifest, invalid],
    ['that does not name its type', nameless, ociManifest, [201]],
    ['with an empty type', { ...document, mediaType: '' }, ociManifest, [201]],
    ["of Docker's that does not name its type", nameless, dockerManifest, invalid],
    ["list of Docker's that does not name its type", index, dockerManifestList, invalid],
    ['that is an index, too', { ...document, manifests: [] }, ociManifest, invalid],
    ['index that is a manifest, too', { ...index, layers: [] }, ociIndex, invalid],
    ['with a version in words', { ...document, schemaVersion: '2' }, ociManifest, invalid],
    ['with a size of a part in words', { ...document, config: { ...config, size: '7' } }, ociManifest, invalid],
    ['with annotations that are no texts', { ...document, annotations: { a: 1 } }, ociManifest, invalid],
    // What the registry does not look at, Harbor cannot read (v2.15.2, src/controller/artifact/abstractor.go).
    ['with a type of artifact that is no text', { ...document, artifactType: 1 }, ociManifest, [500, 'UNKNOWN']],
    ['with a subject that is no descriptor', { ...document, subject: 'x' }, ociManifest, [500, 'UNKNOWN']],
    ['index with annotations that are no texts', { ...index, annotations: ['a'] }, ociIndex, [500, 'UNKNOWN']],
    // As its database keeps one row for each child (v2.15.2, make/migrations/postgresql/0030_2.0.0_schema.up.sql).
    ['index that has a child twice', { ...index, manifests: [listed, listed] }, ociIndex, [404, 'NOT_FOUND']],
    ['with layers that are no list', { ...document, layers: {} }, ociManifest, invalid],
    ['of schema version 3', { ...document, schemaVersion: 3 }, ociManifest, [500, 'UNKNOWN']],
    [
      'of an unknown algorithm',
      { ...document, layers: [{ ...layer, digest: 'md5:00' }] },
      ociManifest,
      [500, 'UNKNOWN', 'UNKNOWN', 'MANIFEST_BLOB_UNKNOWN'],
    ],
    [
      'without a digest',
      { ...document, layers: [{ ...layer, digest: 'x' }] },
      ociManifest,
      [400, 'DIGEST_INVALID', 'MANIFEST_BLOB_UNKNOWN'],
    ],
  ];
  it.each(cases)('%s', async (_name, content, type, expected) => {
    expect(await put(content, type)).toEqual(expected);
  });

  it('may leave parts where they can be had', async () => {
    const absent = { ...layer, digest: `sha256:${'1'.repeat(64)}`, urls: ['https://example.org/layer'] };
    const foreign = { ...absent, mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip' };
    const docker = { ...document, mediaType: mediaTypes.dockerManifest };
    expect(await put({ ...document, layers: [absent] })).toEqual([201]);
    expect(await put({ ...document, layers: [{ ...absent, urls: ['ftp://example.org'] }] })).toEqual([
      500,
      'UNKNOWN',
      'UNKNOWN',
      'MANIFEST_BLOB_UNKNOWN',
    ]);
    expect(await put({ ...docker, layers: [foreign] }, mediaTypes.dockerManifest)).toEqual([201]);
    expect((await put({ ...docker, layers: [{ ...foreign, urls: [] }] }, mediaTypes.dockerManifest))[0]).toBe(500);
  });

  it.each([
    ['v1', 'repository acme/nothing not found'],
    [`sha256:${'0'.repeat(64)}`, `artifact acme/nothing@sha256:${'0'.repeat(64)} not found`],
  ])('that is not there, asked for as %s', async (reference, message) => {
    expect((await world.pull('acme/nothing', reference)).json.errors).toEqual([{ code: 'NOT_FOUND', message }]);
  });

  it.each([
    ['{', 201],
    ['null', 201],
    ['[]', 500],
    ['no JSON', 500],
  ])('may be of an image with the configuration %s', async (content, status) => {
    const blob = part(content, mediaTypes.ociConfig);
    await world.upload('acme/app', blob);
    const size = content === '{' ? 0 : blob.size;
    const answer = await put({ ...document, config: { ...config, digest: blob.digest, size } });
    expect(answer).toEqual(status === 201 ? [201] : [500, 'UNKNOWN']);
  });

  it('is judged before its tag, which must not be immutable', async () => {
    expect(await put(Buffer.from('{'), undefined, 'not%20a%20tag')).toEqual([400, 'MANIFEST_INVALID']);
    expect(await put(document, undefined, 'not%20a%20tag')).toEqual([400, 'BAD_REQUEST']);
    const selector = (decoration: string, pattern: string) => ({ kind: 'doublestar', decoration, pattern });
    await world.send('POST', '/projects/acme/immutabletagrules', {
      action: 'immutable',
      template: 'immutable_template',
      tag_selectors: [selector('matches', 'v1')],
      scope_selectors: { repository: [selector('repoMatches', '**')] },
    });
    expect(await put(Buffer.from('{'), undefined, 'v1')).toEqual([412, 'PRECONDITION']);
  });

  it('needs room for itself and for what the project does not have, there or not', async () => {
    await world.project('small', {}, { storage_limit: 100 });
    const path = '/v2/small/app/manifests/v1';
    const { status, json } = await world.send('PUT', path, app.bytes, { type: app.mediaType });
    expect([status, json.errors[0].code]).toEqual([403, 'DENIED']);
  });

  it('index over a child that was deleted, or is a blob, suits the registry, and not Harbor', async () => {
    const deleted = await world.pushImage('acme/app', undefined, 'deleted');
    await world.send('DELETE', `/v2/acme/app/manifests/${deleted.digest}`);
    expect(await put(indexOf([deleted]).bytes, mediaTypes.ociIndex)).toEqual([404, 'NOT_FOUND']);
    expect(await put({ schemaVersion: 2, manifests: [layer] }, mediaTypes.ociIndex)).toEqual([404, 'NOT_FOUND']);
    expect(await put(indexOf([image('never pushed').manifest]).bytes, mediaTypes.ociIndex)).toEqual([
      400,
      'MANIFEST_BLOB_UNKNOWN',
    ]);
  });

  it('is refused to those who do not accept it, unless it is an index that does not name its type', async () => {
    const named = indexOf([child]);
    const unnamed = part(JSON.stringify({ ...JSON.parse(named.bytes.toString()), mediaType: undefined }));
    expect(await put(named.bytes, mediaTypes.ociIndex, 'named')).toEqual([201]);
    expect(await put(unnamed.bytes, mediaTypes.ociIndex, 'unnamed')).toEqual([201]);
    const pull = async (tag: string) => {
      const { status, headers } = await world.pull('acme/app', tag, { headers: { Accept: '*/*' } });
      return [status, headers['content-type']];
    };
    expect((await pull('named'))[0]).toBe(404);
    expect(await pull('unnamed')).toEqual([200, mediaTypes.ociIndex]);
  });
});

describe('what hangs on a manifest', () => {
  const referrers = async (digest: string) =>
    (await world.send('GET', `/v2/acme/app/referrers/${digest}`)).json.manifests;

  it('is by its tag a signature only with a layer that was signed', async () => {
    const tag = `${child.digest.replace(':', '-')}.sig`;
    await put({ ...document, annotations: { plain: 'yes' } }, undefined, tag);
    expect(await referrers(child.digest)).toEqual([]);
    const signed = { ...layer, mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json' };
    await put({ ...document, layers: [signed] }, undefined, tag);
    expect(await referrers(child.digest)).toHaveLength(1);
  });

  it('names its subject as it was sent', async () => {
    const about = part(JSON.stringify({ ...document, subject: { digest: 'sha256:nothing' } }));
    const { status, headers } = await world.send('PUT', '/v2/acme/app/manifests/about', about.bytes, {
      type: app.mediaType,
    });
    expect([status, headers['oci-subject']]).toEqual([201, 'sha256:nothing']);
  });
});
