import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { mediaTypes } from '@harbor-pilot/oci';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pack } from 'tar-stream';
import { type Answer, HarborUnderTest, image, indexOf, type Part, part, referrer } from './harbor-client.ts';

let world: HarborUnderTest;

beforeAll(async () => {
  world = await HarborUnderTest.start();
  await world.project('shop');
  await world.project('store');
});
afterAll(() => world.end());

const refusalOf = ({ status, json }: Answer) => [status, json?.errors?.[0]?.message];
const artifacts = (repository: string, query = '') =>
  `/projects/${repository.split('/')[0]}/repositories/${repository.split('/')[1]}/artifacts${query}`;
const tagsIn = ({ json }: Answer) => json.map(({ tags }: { tags: { name: string }[] | null }) => tags?.[0]?.name);

/** A manifest with a configuration of some type. */
async function pushTyped(repository: string, tag: string, type: string, config: string, layers: Part[], more = {}) {
  const parts = [part(config, type), ...layers];
  const [first, ...rest] = parts.map(({ mediaType, digest, size }) => ({ mediaType, digest, size }));
  const text = JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: first,
    layers: rest,
    ...more,
  });
  const manifest = part(text, mediaTypes.ociManifest);
  await world.push(repository, tag, manifest, parts);
  return manifest;
}

describe('a missing artifact', () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  it.each([
    ['v9', 'repository shop/none not found'],
    [digest, `artifact shop/none@${digest} not found`],
    ['sha256:abc', 'repository shop/none not found'],
  ])('%s is missed with its repository only by tag', async (reference, message) => {
    expect(refusalOf(await world.send('GET', `${artifacts('shop/none')}/${reference}`))).toEqual([404, message]);
    expect(refusalOf(await world.send('DELETE', `${artifacts('shop/none')}/${reference}`))).toEqual([404, message]);
  });
});

describe('a missing project', () => {
  it.each([
    ['GET', '', undefined, 200, undefined],
    ['GET', '/v1', undefined, 404, 'repository nowhere/app not found'],
    ['DELETE', '/v1', undefined, 404, 'repository nowhere/app not found'],
    ['POST', '/v1/scan', undefined, 404, 'repository nowhere/app not found'],
    ['POST', '/v1/tags', { name: 'v2' }, 404, 'project nowhere not found'],
  ])('answers administrators that %s …/artifacts%s', async (method, path, body, status, message) => {
    const whole = `${artifacts('nowhere/app')}${path}`;
    expect(refusalOf(await world.send(method, whole, body))).toEqual([status, message]);
    expect((await world.send(method, whole, body, { as: null })).status).toBe(401);
  });
});

describe('finding artifacts', () => {
  beforeAll(async () => {
    for (const tag of ['One', 'two', 'three']) await world.pushImage('shop/find', tag, tag);
    await world.pushImage('shop/find', undefined, 'untagged');
  });

  it.each([
    ['tags=~o', ['two']],
    ['Tags=One', ['One']],
    ['tags=nil', [undefined]],
    ['type={IMAGE CHART},tags=*', ['three', 'two', 'One']],
    ['push_time=[2020-01-01T00:00:00~],tags=two', ['two']],
  ])('knows %s', async (q, expected) => {
    expect(tagsIn(await world.send('GET', artifacts('shop/find', `?q=${encodeURIComponent(q)}`)))).toEqual(expected);
  });

  it.each([
    ['base=1', 400, 'the value of "base" query can only be exact match value with "*"'],
    ['tags={One two}', 400, 'the value of "tags" query can only be fuzzy match value or exact match value'],
    ['labels=1', 400, 'the value of "labels" query can only be integer list with intersetion relationship'],
    ['labels=(a)', 400, 'the value of "labels" query can only be integer list with intersetion relationship'],
    ['labels=()', 500, 'internal server error'],
    ['size=large', 500, 'internal server error'],
  ])('refuses %s', async (q, status, message) => {
    const answer = await world.send('GET', artifacts('shop/find', `?q=${encodeURIComponent(q)}`));
    expect(refusalOf(answer)).toEqual([status, message]);
  });

  it.each(['tags', 'accessories'])('hears that q is wrong before %s are missed', async (what) => {
    expect((await world.send('GET', `${artifacts('shop/find')}/none/${what}?q=x`)).status).toBe(400);
    expect(
      (await world.send('GET', `${artifacts('shop/find')}/none/${what}?q=x`, undefined, { as: null })).status,
    ).toBe(401);
  });

  it('takes words of consent for true, and nothing else', async () => {
    const ask = async (value: string) =>
      (await world.send('GET', `${artifacts('shop/find')}/two?with_tag=${value}`)).json.tags;
    expect(await ask('Yes')).toHaveLength(1);
    expect(await ask('')).toHaveLength(1);
    expect(await ask('nonsense')).toBeNull();
  });

  it('lists those of a project by name or id, for who is signed in', async () => {
    const { json } = await world.send('GET', '/projects/shop');
    expect((await world.send('GET', `/projects/${json.project_id}/artifacts?page_size=2`)).json).toHaveLength(2);
    expect((await world.send('GET', '/projects/library/artifacts', undefined, { as: null })).status).toBe(401);
    const latest = (q: string) =>
      world.send('GET', `/projects/shop/artifacts?latest_in_repository=true&q=${encodeURIComponent(q)}`);
    expect((await latest(`media_type=${encodeURIComponent(mediaTypes.ociConfig)}`)).json).toMatchObject([
      { tags: null },
    ]);
    const reason =
      "either 'media_type' or 'artifact_type' must be specified, but not both, when querying with latest_in_repository";
    expect(refusalOf(await latest('digest=x'))).toEqual([400, `bad request: ${reason}`]);
  });

  it('shows the tag that was moved last first', async () => {
    const manifest = await world.pushImage('shop/moved', 'a', 'moved');
    await world.pushImage('shop/moved', 'b', 'moved');
    await world.pushImage('shop/moved', 'a', 'other');
    await world.pushImage('shop/moved', 'a', 'moved');
    const { json } = await world.send('GET', `${artifacts('shop/moved')}/${manifest.digest}/tags`);
    expect(json.map(({ name }: { name: string }) => name)).toEqual(['a', 'b']);
  });
});

describe('copying', () => {
  const copy = (target: string, from: string, as?: null) =>
    world.send('POST', `${artifacts(target)}?from=${encodeURIComponent(from)}`, undefined, as === null ? { as } : {});

  it('brings all tags, and what hangs on the artifact then', async () => {
    const { manifest, blobs } = image('copied');
    await world.push('shop/app', 'v1', manifest, blobs);
    await world.push('shop/app', 'v2', manifest, blobs);
    const early = referrer(manifest, 'application/vnd.example.early');
    await world.push('shop/app', undefined, early.manifest, early.blobs);
    const made = await copy('store/app', 'shop/app:v1');
    expect([made.status, made.headers.location]).toEqual([201, `/api/v2.0${artifacts('store/app')}/v1`]);
    const late = referrer(manifest, 'application/vnd.example.late');
    await world.push('shop/app', undefined, late.manifest, late.blobs);
    await world.push('shop/app', 'v3', manifest, blobs);
    expect((await copy('store/app', `shop/app@${manifest.digest}`)).status).toBe(201);
    const { json } = await world.send('GET', `${artifacts('store/app')}/v3?with_accessory=true`);
    expect(json.tags.map(({ name }: { name: string }) => name).sort()).toEqual(['v1', 'v2', 'v3']);
    expect(json.accessories).toMatchObject([{ digest: early.manifest.digest }]);
  });

  it('brings the children of an index', async () => {
    const child = await world.pushImage('shop/multi', 'amd64', 'child');
    const index = indexOf([child]);
    await world.push('shop/multi', 'v1', index, []);
    expect((await copy('store/multi', 'shop/multi:v1')).status).toBe(201);
    expect((await world.pull('store/multi', 'amd64')).headers['docker-content-digest']).toBe(child.digest);
  });

  it.each([
    ['store/x', 'shop/app:none', 400, 'artifact shop/app:none not found'],
    ['store/x', 'shop/app', 400, 'artifact shop/app not found'],
    ['store/x', 'shop/app:a b', 401, 'unauthorized'],
    ['nowhere/x', 'shop/app:v1', 404, 'project nowhere not found'],
  ])('to %s from %s tells everybody what is wrong', async (target, from, status, message) => {
    expect(refusalOf(await copy(target, from, null))).toEqual([status, message]);
  });

  it('refuses what is no reference, accessories, and locked tags', async () => {
    expect(refusalOf(await copy('store/x', 'shop/app:a b'))).toEqual([400, 'invalid input: shop/app:a b']);
    const nowhere = [404, 'http status code: 404, body: 404 page not found\n'];
    expect(refusalOf(await copy('store/Upper', 'shop/app:v1'))).toEqual(nowhere);
    expect(refusalOf(await copy('store/x', 'shop/app@sha256:12'))).toEqual([400, 'invalid input: shop/app@sha256:12']);
    const accessories = await world.send('GET', `${artifacts('shop/app')}/v1/accessories`);
    expect(refusalOf(await copy('store/x', `shop/app@${accessories.json[0].digest}`))).toEqual([
      403,
      "the operation isn't supported for an artifact accessory",
    ]);
    const everything = { kind: 'doublestar', decoration: 'matches', pattern: '**' };
    await world.project('locked');
    await world.pushImage('locked/app', 'v1', 'locked');
    await world.send('POST', '/projects/locked/immutabletagrules', {
      action: 'immutable',
      template: 'immutable_template',
      tag_selectors: [everything],
      scope_selectors: { repository: [{ ...everything, decoration: 'repoMatches' }] },
    });
    const message = 'the tag v1 configured as immutable, cannot be updated';
    expect(refusalOf(await copy('locked/app', 'shop/app:v1'))).toEqual([412, message]);
  });

  it('counts all that is missing against the quota', async () => {
    await world.project('small', {}, { storage_limit: 100 });
    expect((await copy('small/app', 'shop/multi:v1')).json.errors[0]).toMatchObject({ code: 'DENIED' });
  });
});

describe('an index', () => {
  it('tells about its children what their descriptors say', async () => {
    const children = [];
    for (const seed of ['plain', 'rich']) children.push(await world.pushImage('shop/described', undefined, seed));
    const descriptors = children.map(({ mediaType, digest, size }) => ({ mediaType, digest, size }));
    const platform = { os: 'windows', architecture: 'arm64', variant: 'v8', 'os.version': '10', 'os.features': ['x'] };
    const manifests = [
      { ...descriptors[0], urls: [] },
      { ...descriptors[1], platform, annotations: { a: 'b' } },
    ];
    const text = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests });
    await world.push('shop/described', 'v1', part(text, mediaTypes.ociIndex), []);
    const { references } = (await world.send('GET', `${artifacts('shop/described')}/v1`)).json;
    expect([references[0].platform, references[0].urls, references[1].annotations]).toEqual([
      undefined,
      null,
      { a: 'b' },
    ]);
    const shown = { os: 'windows', architecture: 'arm64', variant: 'v8', OsVersion: '10', OsFeatures: ['x'] };
    expect(references[1].platform).toEqual(shown);
  });
});

describe('pulling', () => {
  it('a child of an index is a pull of the index', async () => {
    const child = await world.pushImage('shop/pulled', undefined, 'pulled');
    await world.push('shop/pulled', 'v1', indexOf([child]), []);
    await world.pull('shop/pulled', child.digest);
    const [index, pulled] = await Promise.all(
      ['v1', child.digest].map((reference) => world.send('GET', `${artifacts('shop/pulled')}/${reference}`)),
    );
    expect(index?.json.pull_time).toBe(pulled?.json.pull_time);
    expect(index?.json.tags[0].pull_time).toBe('0001-01-01T00:00:00.000Z');
  });
});

describe('deleting', () => {
  it('leaves what hangs on an artifact and is a child of an index', async () => {
    const { manifest, blobs } = image('deleted');
    await world.push('shop/gone', 'v1', manifest, blobs);
    const note = referrer(manifest, 'application/vnd.example.note');
    await world.push('shop/gone', undefined, note.manifest, note.blobs);
    await world.push('shop/gone', 'index', indexOf([note.manifest]), []);
    expect((await world.send('DELETE', `${artifacts('shop/gone')}/v1`)).status).toBe(200);
    expect((await world.send('GET', `${artifacts('shop/gone')}/${note.manifest.digest}`)).status).toBe(200);
  });
});

describe('kinds of artifacts', () => {
  async function chartArchive(): Promise<Buffer> {
    const archive = pack();
    archive.entry({ name: 'web/Chart.yaml' }, 'name: web\n');
    archive.entry({ name: 'web/values.yaml' }, 'replicas: 1\n');
    archive.entry({ name: 'web/README.md' }, '# web\n');
    archive.entry({ name: 'web/charts/db/README.md' }, '# db\n');
    archive.finalize();
    return gzipSync(await buffer(archive));
  }

  it('knows charts, and what is in them', async () => {
    const layer = part(await chartArchive(), 'application/vnd.cncf.helm.chart.content.v1.tar+gzip');
    const dependencies = [{ name: 'db', version: '1.0.0', repository: 'oci://example.test' }];
    const config = { apiVersion: 'v2', name: 'web', version: '1.2.3', dependencies };
    await pushTyped('shop/web', '1.2.3', 'application/vnd.cncf.helm.config.v1+json', JSON.stringify(config), [layer]);
    const path = `${artifacts('shop/web')}/1.2.3`;
    const { json } = await world.send('GET', path);
    expect(json).toMatchObject({ type: 'CHART', extra_attrs: config });
    expect(Object.keys(json.addition_links).sort()).toEqual(['dependencies', 'readme.md', 'values.yaml']);
    const read = async (name: string) => {
      const { headers, bytes } = await world.send('GET', `${path}/additions/${name}`);
      return [headers['content-type'], bytes.toString()];
    };
    expect(await read('values.yaml')).toEqual(['text/plain; charset=utf-8', 'replicas: 1\n']);
    expect(await read('readme.md')).toEqual(['text/markdown; charset=utf-8', '# web\n']);
    expect((await world.send('GET', `${path}/additions/dependencies`)).json).toEqual(dependencies);
    const refused = await world.send('GET', `${path}/additions/build_history`);
    expect(refusalOf(refused)).toEqual([400, "addition BUILD_HISTORY isn't supported for CHART"]);
  });

  it.each([
    ['application/vnd.acme.model.config.v1+json', 'MODEL', { rows: 1 }],
    ['application/vnd.acme.model.config.v1', 'UNKNOWN', undefined],
    [mediaTypes.ociEmpty, 'UNKNOWN', undefined],
    ['constructor', 'UNKNOWN', undefined],
    [
      'application/vnd.wasm.config.v1+json',
      'WASM',
      { 'manifest.config.mediaType': 'application/vnd.wasm.config.v1+json' },
    ],
  ])('calls one configured by %s %s', async (type, name, attributes) => {
    await pushTyped('shop/kinds', 'v1', type, '{"rows":1}', []);
    const { json } = await world.send('GET', `${artifacts('shop/kinds')}/v1`);
    expect([json.type, json.extra_attrs]).toEqual([name, attributes]);
  });

  it('refuses additions of others in their own words', async () => {
    await pushTyped('shop/other', 'v1', 'application/vnd.acme.model.config.v1+json', '{}', []);
    const read = (reference: string) => world.send('GET', `${artifacts(reference)}/v1/additions/build_history`);
    const message = 'the processor for artifact MODEL not found, cannot get the addition';
    expect(refusalOf(await read('shop/other'))).toEqual([400, message]);
    expect(refusalOf(await read('shop/multi'))).toEqual([400, "addition BUILD_HISTORY isn't supported"]);
  });

  it('writes times and steps of an image as Go does', async () => {
    const step = { created: '2026-01-02T03:04:05.120000000Z', created_by: 'RUN', empty_layer: false, other: 1 };
    const history = [
      step,
      { created: '2026-01-02T03:04:05.000+00:00', empty_layer: true },
      { created: '2026-01-02T03:04:05+02:00' },
    ];
    const config = { os: 'linux', architecture: 'amd64', created: '2026-01-02T03:04:05.500Z', history };
    await pushTyped('shop/history', 'v1', mediaTypes.ociConfig, JSON.stringify(config), []);
    const path = `${artifacts('shop/history')}/v1`;
    expect((await world.send('GET', path)).json.extra_attrs.created).toBe('2026-01-02T03:04:05.5Z');
    expect((await world.send('GET', `${path}/additions/build_history`)).json).toEqual([
      { created: '2026-01-02T03:04:05.12Z', created_by: 'RUN' },
      { created: '2026-01-02T03:04:05Z', empty_layer: true },
      { created: '2026-01-02T03:04:05+02:00' },
    ]);
  });

  it('finds the author of an image in its labels', async () => {
    const config = { os: 'linux', architecture: 'amd64', config: { Labels: { maintainer: 'me' } } };
    await pushTyped('shop/author', 'v1', mediaTypes.ociConfig, JSON.stringify(config), []);
    expect((await world.send('GET', `${artifacts('shop/author')}/v1`)).json.extra_attrs.author).toBe('me');
    expect((await world.send('GET', `${artifacts('shop/author')}/v1/additions/build_history`)).json).toBeNull();
  });
});
