import { contentOf, mediaTypes } from '@harbor-pilot/oci';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Answers, RegistryPair } from './registry-pair.ts';

const digestOf = (text: string): string => contentOf('', text).descriptor.digest;
const uploads = '/v2/acme/app/blobs/uploads/';
const octets = { 'Content-Type': 'application/octet-stream' };
const content = '0123456789';
const blob = `/v2/acme/app/blobs/${digestOf(content)}`;
const absent = `sha256:${'1'.repeat(64)}`;

describeWithPeers('the registry of the embedded Harbor, beside distribution 2.8', ['docker-registry'], (paths) => {
  let pair: RegistryPair;

  const same = async (...request: Parameters<RegistryPair['send']>): Promise<Answers> => {
    const answers = await pair.send(...request);
    expect({ request, ...answers.embedded }).toEqual({ request, ...answers.distribution });
    return answers;
  };
  const add = ([a, b]: readonly [string, string], text: string): [string, string] => [`${a}${text}`, `${b}${text}`];
  const start = async () => (await same('POST', uploads)).locations;
  const end = async (digest: string, body?: string) =>
    same('PUT', add(await start(), `&digest=${digest}`), octets, body);

  beforeAll(async () => {
    pair = await RegistryPair.start(paths['docker-registry']);
    for (const text of [content, '{}', 'layer', '']) await end(digestOf(text), text);
  });
  afterAll(() => pair.close());

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])('knows paths by %s', async (method) => {
    const digests = [absent, 'sha256:zz', 'md5:00', `sha256:${'A'.repeat(64)}`];
    // Harbor answers HEAD of blobs that it never saw.
    for (const digest of method === 'HEAD' ? [] : digests) await same(method, `/v2/acme/app/blobs/${digest}`);
    for (const path of method === 'POST' ? [] : [uploads]) await same(method, path, octets);
    await same(method, '/v2/');
    if (method !== 'HEAD') await same(method, `${uploads.slice(0, -1)}?a=b`);
    if (method === 'GET') return;
    await same(method, '/v2/acme/app/tags/list');
    await same(method, '/v2/_catalog');
  });

  it('takes uploads in parts, and knows them by their last address', async () => {
    const started = await start();
    for (const type of ['application/json', 'application/octet-stream; a=b']) {
      await same('PATCH', started, { 'Content-Type': type }, 'x');
    }
    const first = (await same('PATCH', started, {}, 'abc')).locations;
    for (const method of ['GET', 'HEAD', 'PATCH', 'DELETE', 'POST']) await same(method, started, octets);
    const second = (await same('PATCH', first, { ...octets, 'Content-Range': '7-9' }, 'def')).locations;
    for (const method of ['GET', 'HEAD', 'POST']) await same(method, second);
    const wrong = ['sha256:zz', 'md5:d41d8cd98f00b204e9800998ecf8427e', 'x', digestOf('other')];
    for (const digest of [...wrong, digestOf('abcdef')]) await same('PUT', add(second, `&digest=${digest}`));
    for (const method of ['GET', 'PATCH', 'DELETE']) await same(method, second, octets);
  });

  it('refuses uploads of something else, and addresses of others', async () => {
    await end(digestOf('other'), 'sent');
    const started = await start();
    const moved = started.map((address) => address.replace('/acme/app/', '/acme/other/'));
    await same('GET', [moved[0] ?? '', moved[1] ?? '']);
    for (const state of ['', '?_state=', '?_state=AAAA']) await same('GET', `${uploads}${absent.slice(7, 43)}${state}`);
    for (const method of ['DELETE', 'DELETE', 'GET']) await same(method, started);
  });

  it.each([
    ...['0-0', '0-', '-3', '-99', '-0', '9-', '10-', '5-2', 'a-b', '', '-', '0-1,3-4', '0-99', '0-9,0-9', '0-1,99-'],
    ...[' 0 - 1', '0-1, 3-4', '--1', '0-1,', '+1-2'],
  ])('gives the bytes %s of a blob', async (range) => {
    for (const method of ['GET', 'HEAD']) {
      const { embedded } = await same(method, blob, { Range: `bytes=${range}` });
      expect([200, 206, 416]).toContain(embedded.status);
    }
  });

  it.each<Record<string, string>>([
    { 'If-None-Match': `"${digestOf(content)}"` },
    { 'If-None-Match': digestOf(content) },
    { 'If-None-Match': `"a", W/"${digestOf(content)}"` },
    { 'If-None-Match': '*', Range: 'bytes=99-' },
    { 'If-Match': '"a"' },
    { 'If-Match': `W/"${digestOf(content)}"` },
    { 'If-Match': '*' },
    { 'If-Modified-Since': 'Mon, 23 Nov 2099 03:38:52 GMT' },
    { 'If-Range': `"${digestOf(content)}"`, Range: 'bytes=0-1' },
    { 'If-Range': 'Mon, 23 Nov 2099 03:38:52 GMT', Range: 'bytes=0-1' },
    { Range: 'lines=0-1' },
  ])('gives a blob on the condition %j', async (headers) => {
    for (const method of ['GET', 'HEAD']) await same(method, blob, headers);
  });

  const layer = { mediaType: mediaTypes.ociLayer, digest: digestOf('layer'), size: 5 };
  const config = { mediaType: mediaTypes.ociEmpty, digest: digestOf('{}'), size: 2 };
  const image = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: [layer] };
  const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [] };
  const at = (digest: string) => ({ ...layer, digest });
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['an image', image],
    ['an image without a media type', { ...image, mediaType: undefined }],
    ['an image of schema version 3', { ...image, schemaVersion: 3 }],
    ['an image without layers', { ...image, layers: undefined }],
    ['an image without a configuration', { ...image, config: undefined }],
    ['an image with a layer that is not there, twice', { ...image, layers: [at(absent), at(absent)] }],
    ['an image with bad digests', { ...image, layers: [at('x'), at(''), at(absent), at('md5:00')] }],
    ['an image with a digest of an unknown algorithm', { ...image, layers: [at('md5:00'), at('sha256:00')] }],
    ['an index', index],
    ['an index of schema version 1', { ...index, schemaVersion: 1 }],
    ['an index over what is not there', { ...index, manifests: [at(absent), at('x')] }],
    ["Docker's image", { ...image, mediaType: mediaTypes.dockerManifest }],
    ["Docker's list", { ...index, mediaType: mediaTypes.dockerManifestList }],
  ])('takes or refuses %s, and gives it to those who accept it', async (_name, document) => {
    const text = JSON.stringify(document);
    const type = String(document.mediaType ?? mediaTypes.ociManifest);
    const path = `/v2/acme/app/manifests/${digestOf(text)}`;
    await same('PUT', path, { 'Content-Type': type }, text);
    const { embedded } = await pair.send('GET', path, { Accept: type });
    if (embedded.status !== 200) return;
    for (const Accept of ['*/*', mediaTypes.ociManifest, `${mediaTypes.ociIndex};q=0.1, a/b`, 'application/*']) {
      for (const method of ['GET', 'HEAD']) await same(method, path, { Accept });
    }
  });
});
