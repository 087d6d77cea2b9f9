import { emptyContent, formatIndex, mediaTypes } from '@harbor-pilot/oci';
import { describe, expect, it } from '@jest/globals';
import { memorySource, randomImage, randomIndex } from './images.ts';
import { type Answer, refusal, type Seen, scriptedRegistry } from './scripted-registry.ts';

/** A registry with nothing in it, that takes everything; `override` answers first. */
function empty(override: (request: Seen) => Answer | undefined = () => undefined) {
  return (request: Seen): Answer => {
    const special = override(request);
    if (special !== undefined) return special;
    if (request.line === 'GET /v2/') return { status: 200 };
    if (request.line.startsWith('HEAD')) return { status: 404 };
    if (request.line.startsWith('POST')) return { status: 202, headers: { location: '/v2/acme/app/blobs/uploads/u1' } };
    return { status: 201 };
  };
}

const puts = (lines: string[]) => lines.filter((line) => line.startsWith('PUT') && line.includes('/manifests/'));

describe('pushing an image', () => {
  it('sends children before their index, and sets tags last', async () => {
    const { root, source } = randomIndex();
    const children = [...source.contents.values()].filter(
      ({ descriptor }) => descriptor.mediaType === mediaTypes.ociManifest,
    );
    await using scripted = await scriptedRegistry(empty());
    await scripted.connect().pushImage('acme/app', root.descriptor, source, { tags: ['v1', 'v2'] });
    expect(puts(scripted.lines())).toEqual([
      ...children.map(({ descriptor }) => `PUT /v2/acme/app/manifests/${descriptor.digest}`),
      'PUT /v2/acme/app/manifests/v1',
      'PUT /v2/acme/app/manifests/v2',
    ]);
    const firstManifest = scripted.lines().findIndex((line) => puts([line]).length > 0);
    expect(
      scripted
        .lines()
        .slice(firstManifest)
        .some((line) => line.includes('/blobs/')),
    ).toBe(false);
  });

  it('leaves the tag alone when a child is refused', async () => {
    const { root, source } = randomIndex();
    await using scripted = await scriptedRegistry(
      empty(({ line }) => (puts([line]).length > 0 ? refusal(403, 'DENIED', 'storage resource') : undefined)),
    );
    const pushed = scripted.connect().pushImage('acme/app', root.descriptor, source, { tags: ['v1'] });
    await expect(pushed).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect(puts(scripted.lines())).toHaveLength(1);
  });

  it('does not try again where a repository must be made first', async () => {
    const { root, source } = randomImage(1, 1000);
    const unknown = refusal(404, 'NAME_UNKNOWN', 'The repository does not exist');
    await using scripted = await scriptedRegistry(empty(({ line }) => (line.startsWith('POST') ? unknown : undefined)));
    const pushed = scripted.connect().pushImage('acme/app', root.descriptor, source, { tags: ['v1'] });
    await expect(pushed).rejects.toMatchObject({ code: 'REFERENCE_NOT_FOUND' });
    expect(scripted.waits).toEqual([]);
  });

  it('pushes no manifest when a blob fails, and cancels the uploads', async () => {
    const { root, source } = randomImage(6, 1000);
    await using scripted = await scriptedRegistry(
      empty(({ line }) => (line.startsWith('PUT') ? refusal(403, 'DENIED', 'storage resource') : undefined)),
    );
    const pushed = scripted.connect().pushImage('acme/app', root.descriptor, source, { tags: ['v1'] });
    await expect(pushed).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect(puts(scripted.lines())).toEqual([]);
    expect(scripted.lines().some((line) => line.startsWith('DELETE'))).toBe(true);
  });

  it('asks twice when the tag is right', async () => {
    const { root, source } = randomImage();
    const { mediaType, digest, size } = root.descriptor;
    const headers = { 'content-type': mediaType, 'docker-content-digest': digest, 'content-length': `${size}` };
    await using scripted = await scriptedRegistry(
      empty(({ line }) => (line.startsWith('HEAD') ? { status: 200, headers } : undefined)),
    );
    await scripted.connect().pushImage('acme/app', root.descriptor, source, { tags: ['v1'] });
    expect(scripted.lines()).toEqual(['GET /v2/', 'HEAD /v2/acme/app/manifests/v1']);
  });

  it('asks for no blob when another tag has the image', async () => {
    const { root, source } = randomImage();
    const { mediaType, digest, size } = root.descriptor;
    const headers = { 'content-type': mediaType, 'docker-content-digest': digest, 'content-length': `${size}` };
    await using scripted = await scriptedRegistry(
      empty(({ line }) => (line.startsWith('HEAD') && line.endsWith(digest) ? { status: 200, headers } : undefined)),
    );
    await scripted.connect().pushImage('acme/app', root.descriptor, source, { tags: ['v2'] });
    expect(scripted.lines().filter((line) => line.includes('/blobs/'))).toEqual([]);
    expect(scripted.lines()).toContain('PUT /v2/acme/app/manifests/v2');
  });

  it('refuses an index of too many levels', async () => {
    let top = emptyContent;
    const contents = [top];
    for (let level = 0; level < 12; level += 1) {
      const { digest, size } = top.descriptor;
      top = formatIndex({
        mediaType: mediaTypes.ociIndex,
        manifests: [{ mediaType: mediaTypes.ociIndex, digest, size }],
      });
      contents.push(top);
    }
    await using scripted = await scriptedRegistry(empty());
    const pushed = scripted.connect().pushImage('acme/app', top.descriptor, memorySource(...contents));
    await expect(pushed).rejects.toMatchObject({ code: 'CONTENT_HOSTILE' });
  });
});
