import { digestOf } from '@harbor-pilot/oci';
import { describe, expect, it } from '@jest/globals';
import { recordedHarbor } from './recorded-harbor.ts';

const [index, amd, arm, single] = ['index', 'amd64', 'arm64', 'single'].map((text) => digestOf(text));

describe('the artifacts of a repository', () => {
  it('are listed last pushed first, with the image of each platform', async () => {
    const list = [
      {
        digest: index,
        manifest_media_type: 'application/vnd.oci.image.index.v1+json',
        push_time: '2026-01-02T00:00:00Z',
        tags: [{ name: 'v2' }, { name: 'latest' }],
        references: [
          { child_digest: amd, platform: { os: 'linux', architecture: 'amd64', variant: '' } },
          { child_digest: arm, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
          { child_digest: 'nonsense', platform: { os: 'linux', architecture: 's390x' } },
          { child_digest: amd, platform: null },
        ],
      },
      {
        digest: single,
        push_time: null,
        tags: null,
        references: null,
        extra_attrs: { os: 'linux', architecture: 'arm' },
      },
      { digest: arm },
    ];
    await using recorded = await recordedHarbor(() => ({ json: list }));
    expect(await recorded.harbor.recentArtifacts('acme', 'team/app', 2)).toEqual([
      {
        digest: index,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        tags: ['v2', 'latest'],
        pushedAt: new Date('2026-01-02'),
        images: new Map([
          ['linux/amd64', amd],
          ['linux/arm64/v8', arm],
        ]),
      },
      { digest: single, mediaType: '', tags: [], images: new Map([['linux/arm', single]]) },
    ]);
  });

  it('have digests: anything else is no answer of Harbor', async () => {
    await using recorded = await recordedHarbor(() => ({ json: [{ digest: 'latest' }] }));
    await expect(recorded.harbor.recentArtifacts('acme', 'app', 5)).rejects.toMatchObject({
      code: 'ANSWER_UNEXPECTED',
    });
  });
});

describe('the lists of a project', () => {
  it('are read page by page, to their ends', async () => {
    const pages: Readonly<Record<string, readonly object[]>> = {
      'repositories?sort=name&page=1': [{ name: 'acme/app' }, { name: 'acme/team/app' }],
      'repositories?sort=name&page=2': [{ name: 'acme/web' }, { name: 'other/app' }],
      'artifacts?sort=-push_time&with_tag=true&page=1': [{ digest: index }, { digest: amd }],
      'artifacts?sort=-push_time&with_tag=true&page=2': [{ digest: arm }],
    };
    await using recorded = await recordedHarbor(({ line }) => {
      const key = /(?:repositories|artifacts)\?[^ ]*(?=&page_size)/.exec(line)?.[0] ?? '';
      return { json: pages[key] ?? [], headers: { 'x-total-count': key.startsWith('repo') ? '4' : '3' } };
    });
    expect(await Array.fromAsync(recorded.harbor.repositories('acme'))).toEqual(['app', 'team/app', 'web']);
    const artifacts = await Array.fromAsync(recorded.harbor.artifacts('acme', 'team/app'));
    expect(artifacts.map(({ digest }) => digest)).toEqual([index, amd, arm]);
    expect(recorded.seen.some(({ line }) => line.includes('/projects/acme/repositories/team%252Fapp/artifacts'))).toBe(
      true,
    );
  });
});
