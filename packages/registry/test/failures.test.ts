import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { contentOf, digestOf, mediaTypes } from '@harbor-pilot/oci';
import { describe, expect, it } from '@jest/globals';
import { type Answer, refusal, robot, type Seen, scriptedRegistry } from './scripted-registry.ts';

const content = contentOf('application/octet-stream', Buffer.alloc(300_000, 'layer'));
const blob = { descriptor: content.descriptor, open: async () => Readable.from([content.bytes]) };
const manifest = contentOf(mediaTypes.ociManifest, JSON.stringify({ schemaVersion: 2, layers: [] }));
const uploads = '/v2/acme/app/blobs/uploads/';

/** A registry that takes uploads; `override` answers first. */
function accepting(override: (request: Seen) => Answer | 'hang up' | undefined) {
  return (request: Seen): Answer | 'hang up' => {
    const special = override(request);
    if (special !== undefined) return special;
    if (request.line === 'GET /v2/') return { status: 200 };
    if (request.line.startsWith('HEAD')) return { status: 404 };
    if (request.line.startsWith('POST')) return { status: 202, headers: { location: `${uploads}u1?_state=a%2Bb==` } };
    if (request.line.startsWith('PATCH')) return { status: 202, headers: { location: `${uploads}u1?_state=later` } };
    if (request.line.startsWith('DELETE')) return { status: 204 };
    return { status: 201 };
  };
}

describe('what a registry refuses', () => {
  it.each([
    [
      refusal(
        403,
        'DENIED',
        'adding 97.7 KiB of storage resource, which when updated to current usage of 0 B will exceed the configured upper limit of 58.6 KiB.',
      ),
      'QUOTA_EXCEEDED',
    ],
    [refusal(403, 'DENIED', 'The system is in read only mode. Any modification is prohibited.'), 'REGISTRY_READ_ONLY'],
    [refusal(403, 'DENIED', 'can not push artifact to a proxy project: cache'), 'PROJECT_IS_PROXY'],
    [refusal(403, 'DENIED', 'requested access to the resource is denied'), 'AUTH_DENIED'],
    [
      refusal(401, 'UNAUTHORIZED', 'project acme not found: project acme not found', { 'Www-Authenticate': '' }),
      'PROJECT_UNAVAILABLE',
    ],
    [refusal(404, 'NOT_FOUND', 'project acme not found'), 'PROJECT_UNAVAILABLE'],
    [
      refusal(412, 'PRECONDITION', "Failed to process request due to 'immu:v1' configured as immutable."),
      'TAG_IMMUTABLE',
    ],
    [refusal(412, 'VIOLATE_FOREIGN_KEY_CONSTRAINT', 'in use'), 'CONTENT_IN_USE'],
    [{ status: 413, body: '<html>too large' }, 'CONTENT_TOO_LARGE'],
    [{ status: 429, headers: { 'retry-after': '1' }, body: '<html>busy' }, 'RATE_LIMITED'],
    [refusal(500, 'UNKNOWN', 'filesystem: /var/lib/registry Err:28'), 'REGISTRY_UNAVAILABLE'],
    [{ status: 507 }, 'REGISTRY_UNAVAILABLE'],
    [refusal(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content'), 'DIGEST_MISMATCH'],
    [refusal(400, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry'), 'STATE_CONFLICT'],
    [{ status: 418, body: 'teapot' }, 'ANSWER_UNEXPECTED'],
  ])('%j is %s', async (answer, code) => {
    await using scripted = await scriptedRegistry(
      accepting(({ line }) => (line.startsWith('PUT') ? answer : undefined)),
    );
    await expect(scripted.connect(robot).pushManifest('acme/app', manifest, 'v1')).rejects.toMatchObject({
      code,
      hint: expect.stringMatching(/\w/),
      message: expect.not.stringContaining('/var/lib'),
    });
  });

  it('gives the reason of a pull policy, which only GET tells', async () => {
    const reason = 'current image with 3 vulnerabilities cannot be pulled due to configured policy';
    await using scripted = await scriptedRegistry(({ line }) =>
      line.startsWith('HEAD') ? { status: 412 } : refusal(412, 'PROJECTPOLICYVIOLATION', reason),
    );
    await expect(scripted.connect(robot).resolve('acme/app', 'v1')).rejects.toMatchObject({
      code: 'PULL_REFUSED',
      message: expect.stringContaining(reason),
    });
  });

  it('keeps control characters of a server out of messages', async () => {
    const evil = refusal(400, 'BAD', 'a\r\n::set-output name=x::y\u001b[31m');
    await using scripted = await scriptedRegistry(() => evil);
    const error = await scripted
      .connect()
      .fetchManifest('acme/app', 'v1')
      .catch((thrown: Error) => thrown);
    expect((error as Error).message).not.toMatch(/\p{C}/u);
  });
});

describe('uploads', () => {
  it('go to the address given, whose query stays as it is', async () => {
    await using scripted = await scriptedRegistry(accepting(() => undefined));
    expect(await scripted.connect().pushBlob('acme/app', blob)).toBe('pushed');
    const put = scripted.seen.find(({ line }) => line.startsWith('PUT'));
    expect(put?.line).toBe(`PUT ${uploads}u1?_state=a%2Bb==&digest=${encodeURIComponent(content.descriptor.digest)}`);
    expect(put?.body.equals(content.bytes as Buffer)).toBe(true);
  });

  it('begin anew when the connection is lost, and the broken one is cancelled', async () => {
    let lost = 0;
    await using scripted = await scriptedRegistry(
      accepting(({ line }) => {
        if (!line.startsWith('PUT') || lost > 0) return undefined;
        lost += 1;
        return 'hang up';
      }),
    );
    expect(await scripted.connect().pushBlob('acme/app', blob)).toBe('pushed');
    const methods = scripted.lines().map((line) => line.split(' ')[0]);
    expect(methods).toEqual(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'HEAD', 'POST', 'PUT']);
    expect(scripted.waits).toEqual([500]);
  });

  it('are cancelled when they are refused', async () => {
    await using scripted = await scriptedRegistry(
      accepting(({ line }) => (line.startsWith('PUT') ? refusal(403, 'DENIED', 'storage resource') : undefined)),
    );
    await expect(scripted.connect().pushBlob('acme/app', blob)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect(scripted.lines().at(-1)).toBe(`DELETE ${uploads}u1?_state=a%2Bb==`);
  });

  it('are cancelled when they are aborted', async () => {
    const controller = new AbortController();
    const endless = async function* () {
      yield content.bytes;
      controller.abort(new Error('stop'));
      await new Promise(() => undefined);
    };
    const hanging = { descriptor: { ...content.descriptor, size: 1e9 }, open: async () => Readable.from(endless()) };
    await using scripted = await scriptedRegistry(accepting(() => undefined));
    const pushed = scripted.connect().pushBlob('acme/app', hanging, { signal: controller.signal });
    await expect(pushed).rejects.toThrow('stop');
    // By the address that the registry gave last: it knows no other.
    expect(scripted.lines().at(-1)).toMatch(/^DELETE .*_state=later/);
  });

  it('do not show the token to another host, nor go to one over plain http', async () => {
    await using other = await scriptedRegistry(() => ({ status: 201 }));
    await using scripted = await scriptedRegistry(
      accepting(({ line }) =>
        line.startsWith('POST') ? { status: 202, headers: { location: `${other.url}/upload` } } : undefined,
      ),
    );
    await expect(scripted.connect(robot).pushBlob('acme/app', blob)).rejects.toMatchObject({
      code: 'ANSWER_UNEXPECTED',
    });
    expect(other.seen).toHaveLength(0);
  });

  it('fall back from a mount that is refused', async () => {
    await using scripted = await scriptedRegistry(
      accepting(({ line }) => (line.includes('mount=') ? refusal(401, 'UNAUTHORIZED', 'no') : undefined)),
    );
    expect(await scripted.connect(robot).pushBlob('acme/app', blob, { mountFrom: 'secret/app' })).toBe('pushed');
  });
});

describe('manifests', () => {
  const held = (digest: string): Answer => ({
    status: 200,
    headers: { 'content-type': mediaTypes.ociManifest, 'docker-content-digest': digest, 'content-length': '10' },
  });

  it('are pushed although the registry stumbles over another job that pushes the same', async () => {
    const heads: Answer[] = [{ status: 500 }];
    const puts = [refusal(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content')];
    await using scripted = await scriptedRegistry(
      accepting(({ line }) => {
        if (line.startsWith('PUT')) return puts.shift();
        return line.startsWith('HEAD') ? (heads.shift() ?? { status: 404 }) : undefined;
      }),
    );
    await scripted.connect(robot).pushManifest('acme/app', manifest, 'v1');
    const manifests = scripted.lines().filter((line) => line.includes('/manifests/'));
    expect(manifests.map((line) => line.split(' ')[0])).toEqual(['HEAD', 'HEAD', 'PUT', 'PUT', 'HEAD']);
  });

  it('are left alone where the tag has the digest already', async () => {
    await using scripted = await scriptedRegistry(({ line }) =>
      line.startsWith('HEAD') ? held(manifest.descriptor.digest) : { status: 200 },
    );
    await scripted.connect().pushManifest('acme/app', manifest, 'v1');
    expect(scripted.lines().some((line) => line.startsWith('PUT'))).toBe(false);
    expect(scripted.seen.at(-1)?.headers['user-agent']).toContain('cosign');
  });

  it('are pushed although a pull policy hides what the tag has', async () => {
    await using scripted = await scriptedRegistry(
      accepting(({ line }) => {
        if (line.startsWith('HEAD')) return { status: 412 };
        if (line.startsWith('GET /v2/acme')) return refusal(412, 'PROJECTPOLICYVIOLATION', 'not signed');
        return undefined;
      }),
    );
    expect(await scripted.connect().pushManifest('acme/app', manifest, 'v1')).toEqual(manifest.descriptor);
  });

  it('name both digests when the tag is immutable', async () => {
    const other = digestOf('other');
    await using scripted = await scriptedRegistry(
      accepting(({ line }) => {
        if (line.startsWith('HEAD')) return held(other);
        return line.startsWith('PUT') ? refusal(412, 'PRECONDITION', "'v1' configured as immutable.") : undefined;
      }),
    );
    const error = await scripted
      .connect()
      .pushManifest('acme/app', manifest, 'v1')
      .catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: 'TAG_IMMUTABLE', message: expect.stringContaining(other) });
    expect((error as Error).message).toContain(manifest.descriptor.digest);
  });

  it('are refused when they are not what was asked for', async () => {
    await using scripted = await scriptedRegistry(() => ({
      status: 200,
      headers: { 'content-type': mediaTypes.ociManifest },
      body: '{"schemaVersion":2}',
    }));
    const read = scripted.connect().fetchManifest('acme/app', digestOf('other'));
    await expect(read).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it.each([
    [mediaTypes.ociManifest, { mediaType: mediaTypes.ociIndex, manifests: [] }],
    [mediaTypes.ociIndex, { manifests: [], layers: [] }],
    ['application/vnd.docker.distribution.manifest.v1+prettyjws', { schemaVersion: 1 }],
  ])('are refused when they can be read in two ways, or are too old (%s)', async (type, body) => {
    await using scripted = await scriptedRegistry(() => ({ status: 200, headers: { 'content-type': type }, body }));
    await expect(scripted.connect().fetchManifest('acme/app', 'v1')).rejects.toMatchObject({ code: 'CONTENT_HOSTILE' });
  });

  it('are not what a web page is', async () => {
    const page: Answer = { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<html>Log in' };
    await using scripted = await scriptedRegistry(() => page);
    await expect(scripted.connect().find('acme/app', 'v1')).rejects.toMatchObject({ code: 'ANSWER_UNEXPECTED' });
  });

  it('are read with GET where HEAD gives no digest, as from a proxy cache', async () => {
    const headers = { 'content-type': mediaTypes.ociManifest, 'docker-content-digest': '' };
    await using scripted = await scriptedRegistry(() => ({ status: 200, headers, body: Buffer.from(manifest.bytes) }));
    expect(await scripted.connect().resolve('cache/app', 'v1')).toEqual(manifest.descriptor);
  });
});

describe('blobs', () => {
  it('go on where the connection was lost', async () => {
    const half = content.bytes.length / 2;
    let asked = 0;
    await using scripted = await scriptedRegistry((request, raw, response) => {
      if (!request.line.includes('/blobs/')) return { status: 200 };
      asked += 1;
      const bytes = Buffer.from(content.bytes);
      if (asked > 1) {
        const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1]);
        return { status: 206, body: bytes.subarray(from) };
      }
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, half), () => setTimeout(() => raw.socket.destroy(), 20));
      return { status: 0 };
    });
    const read = await buffer(await scripted.connect().openBlob('acme/app', content.descriptor));
    expect(digestOf(read)).toBe(content.descriptor.digest);
    expect(asked).toBe(2);
  });

  it('are refused when they are not what their digest says', async () => {
    await using scripted = await scriptedRegistry(() => ({ status: 200, body: Buffer.alloc(300_000, 'other') }));
    await expect(scripted.connect().fetchBlob('acme/app', content.descriptor)).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
  });
});

describe('lists', () => {
  it('of tags end when a registry gives the same page for ever', async () => {
    await using scripted = await scriptedRegistry(({ line }) => ({
      status: 200,
      headers: { link: `</v2/acme/app/tags/list?last=${line.length}>; rel="next"` },
      body: { name: 'acme/app', tags: ['a', 'b'] },
    }));
    expect(await Array.fromAsync(scripted.connect().listTags('acme/app'))).toEqual(['a', 'b']);
  });

  it('of tags may be null', async () => {
    await using scripted = await scriptedRegistry(() => ({ status: 200, body: { name: 'acme/app', tags: null } }));
    expect(await Array.fromAsync(scripted.connect().listTags('acme/app'))).toEqual([]);
  });

  it('do not go to another host', async () => {
    await using other = await scriptedRegistry(() => ({ status: 200, body: { tags: ['stolen'] } }));
    await using scripted = await scriptedRegistry(() => ({
      status: 200,
      headers: { link: `<${other.url}/v2/x>; rel="next"` },
      body: { tags: ['a'] },
    }));
    await expect(Array.fromAsync(scripted.connect().listTags('acme/app'))).rejects.toMatchObject({
      code: 'ANSWER_UNEXPECTED',
    });
    expect(other.seen).toHaveLength(0);
  });
});
