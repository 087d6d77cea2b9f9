import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openLayout } from '@harbor-pilot/oci';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { type ClientStage, openStage, rootsOf } from './client-stage.ts';

jest.setTimeout(60_000);

/** A stage for all cases of a suite; they build upon each other. */
function useStage(): () => ClientStage {
  let stage: ClientStage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(async () => stage?.close());
  return () => stage;
}

const lines = (output: string): string[] => output.trim().split('\n');

describeWithPeers('crane at the embedded Harbor', ['crane'], ({ crane }) => {
  const stage = useStage();
  const app = (reference: string): string => `${stage().host}/shop/crane/app${reference}`;

  it('logs in as a robot and pushes an OCI layout', async () => {
    const { host, keeper, layout, image, succeed } = stage();
    await succeed(crane, ['auth', 'login', host, '-u', keeper.name, '--password-stdin'], keeper.secret);
    expect(await succeed(crane, ['push', layout, app(':v1')])).toContain(image.digest);
  });

  it('makes tags and an index, lists them and reads their digests', async () => {
    const { image, succeed } = stage();
    await succeed(crane, ['tag', app(':v1'), 'stable']);
    await succeed(crane, ['index', 'append', '-m', app(':v1'), '-t', app(':multi')]);
    expect(lines(await succeed(crane, ['ls', app('')]))).toEqual(['multi', 'stable', 'v1']);
    expect(lines(await succeed(crane, ['digest', app(':stable')]))).toEqual([image.digest]);
    expect(await succeed(crane, ['manifest', app(':multi')])).toContain(image.digest);
  });

  it('pulls what it pushed, and finds every byte right', async () => {
    const { directory, image, succeed } = stage();
    await succeed(crane, ['pull', '--format', 'oci', app(':v1'), 'crane-pulled']);
    expect(await rootsOf(join(directory, 'crane-pulled'))).toEqual([image.digest]);
    expect(await succeed(crane, ['validate', '--remote', app(':v1')])).toContain('PASS');
  });

  it('copies into another repository, mounting the layers', async () => {
    const { host, image, succeed } = stage();
    const output = await succeed(crane, ['copy', app(':v1'), `${host}/shop/crane/copy:v1`]);
    expect(output).toContain('mounted blob');
    expect(lines(await succeed(crane, ['digest', `${host}/shop/crane/copy:v1`]))).toEqual([image.digest]);
  });

  it('deletes by digest, not by tag', async () => {
    const { host, image, succeed, fail } = stage();
    const copy = `${host}/shop/crane/copy`;
    expect(await fail(crane, ['delete', `${copy}:v1`])).toContain('UNSUPPORTED');
    await succeed(crane, ['delete', `${copy}@${image.digest}`]);
    expect((await succeed(crane, ['ls', copy])).trim()).toBe('');
    expect(await fail(crane, ['digest', `${copy}:v1`])).toContain('404');
  });

  it('may not delete as a robot without that right, nor do anything with a wrong secret', async () => {
    const { host, builder, image, succeed, fail } = stage();
    const login = ['auth', 'login', host, '-u', builder.name, '--password-stdin'];
    await succeed(crane, login, builder.secret);
    expect(await fail(crane, ['delete', app(`@${image.digest}`)])).toContain('UNAUTHORIZED');
    expect(lines(await succeed(crane, ['ls', app('')]))).toContain('v1');
    await succeed(crane, login, 'Wrong12345');
    expect(await fail(crane, ['digest', app(':v1')])).toMatch(/401|UNAUTHORIZED/);
  });
});

describeWithPeers('regctl at the embedded Harbor', ['regctl'], ({ regctl }) => {
  const stage = useStage();
  const app = (reference: string): string => `${stage().host}/shop/regctl/app${reference}`;
  const sbomType = 'application/vnd.example.sbom+json';

  it('logs in as a robot and copies an OCI layout to the registry', async () => {
    const { host, keeper, layout, image, succeed } = stage();
    await succeed(regctl, ['registry', 'login', host, '-u', keeper.name, '--pass-stdin'], keeper.secret);
    await succeed(regctl, ['image', 'copy', `ocidir://${layout}:v1`, app(':v1')]);
    expect(lines(await succeed(regctl, ['image', 'digest', app(':v1')]))).toEqual([image.digest]);
    expect(lines(await succeed(regctl, ['tag', 'ls', app('')]))).toEqual(['v1']);
  });

  it('attaches artifacts to the image, lists them by type and reads them back', async () => {
    const { succeed } = stage();
    for (const type of [sbomType, 'application/vnd.example.other']) {
      await succeed(regctl, ['artifact', 'put', '--artifact-type', type, '--subject', app(':v1')], `I am ${type}`);
    }
    const listed = JSON.parse(await succeed(regctl, ['artifact', 'list', app(':v1'), '--format', '{{json .}}']));
    expect(listed.descriptors).toHaveLength(2);
    const filter = ['--filter-artifact-type', sbomType];
    const sboms = JSON.parse(
      await succeed(regctl, ['artifact', 'list', app(':v1'), ...filter, '--format', '{{json .}}']),
    );
    expect(sboms.descriptors).toMatchObject([{ artifactType: sbomType }]);
    expect(await succeed(regctl, ['artifact', 'get', '--subject', app(':v1'), ...filter])).toBe(`I am ${sbomType}`);
  });

  it('copies the image with all that is attached to it', async () => {
    const { host, harbor, image, succeed } = stage();
    const copy = `${host}/shop/regctl/copy:v1`;
    await succeed(regctl, ['image', 'copy', '--referrers', app(':v1'), copy]);
    const listed = JSON.parse(await succeed(regctl, ['artifact', 'list', copy, '--format', '{{json .}}']));
    expect(listed.descriptors).toHaveLength(2);
    expect(await harbor.accessories('shop', 'regctl/copy', image.digest)).toHaveLength(2);
  });

  it('pulls it into a layout with the attached', async () => {
    const { directory, image, succeed } = stage();
    await succeed(regctl, ['image', 'copy', '--referrers', app(':v1'), 'ocidir://pulled:v1']);
    expect(await rootsOf(join(directory, 'pulled'))).toContain(image.digest);
    expect(await (await openLayout(join(directory, 'pulled'))).has(image.digest)).toBe(true);
  });

  it('deletes a tag in its roundabout way, and a manifest', async () => {
    const { image, succeed, fail } = stage();
    await succeed(regctl, ['image', 'copy', app(':v1'), app(':v2')]);
    await succeed(regctl, ['tag', 'rm', app(':v2')]);
    expect(lines(await succeed(regctl, ['tag', 'ls', app('')]))).toEqual(['v1']);
    await succeed(regctl, ['manifest', 'delete', app(`@${image.digest}`)]);
    await fail(regctl, ['manifest', 'head', app(':v1')]);
  });

  it('may not log in with a wrong secret, nor delete without the right to', async () => {
    const { host, builder, layout, image, succeed, fail } = stage();
    const login = ['registry', 'login', host, '-u', builder.name, '--pass-stdin'];
    expect(await fail(regctl, login, 'Wrong12345')).toContain('unauthorized');
    await succeed(regctl, login, builder.secret);
    await succeed(regctl, ['image', 'copy', `ocidir://${layout}:v1`, app(':v3')]);
    await fail(regctl, ['manifest', 'delete', app(`@${image.digest}`)]);
    expect(lines(await succeed(regctl, ['tag', 'ls', app('')]))).toEqual(['v3']);
  });
});

describeWithPeers('skopeo at the embedded Harbor', ['skopeo'], ({ skopeo }) => {
  const stage = useStage();
  const app = (reference: string): string => `docker://${stage().host}/shop/skopeo/app${reference}`;
  const policy = ['--insecure-policy'];

  it('logs in as a robot and copies an OCI layout to the registry', async () => {
    const { host, keeper, layout, succeed } = stage();
    const login = ['login', host, '-u', keeper.name, '--password-stdin', '--authfile', 'config.json'];
    await succeed(skopeo, login, keeper.secret);
    await succeed(skopeo, [...policy, 'copy', '--authfile', 'config.json', `oci:${layout}:v1`, app(':v1')]);
  });

  it('lists tags and inspects the image', async () => {
    const { image, succeed } = stage();
    const tags = JSON.parse(await succeed(skopeo, ['list-tags', '--authfile', 'config.json', app('')]));
    expect(tags).toMatchObject({ Tags: ['v1'] });
    const found = JSON.parse(await succeed(skopeo, ['inspect', '--authfile', 'config.json', app(':v1')]));
    expect(found).toMatchObject({ Digest: image.digest, Architecture: 'amd64' });
  });

  it('copies within the registry, and from it into a layout, without changing the digest', async () => {
    const { host, directory, image, succeed } = stage();
    const copy = [...policy, 'copy', '--preserve-digests', '--authfile', 'config.json'];
    await succeed(skopeo, [...copy, app(':v1'), `docker://${host}/shop/skopeo/copy:v1`]);
    await succeed(skopeo, [...copy, `docker://${host}/shop/skopeo/copy@${image.digest}`, 'oci:skopeo-pulled:v1']);
    expect(await rootsOf(join(directory, 'skopeo-pulled'))).toEqual([image.digest]);
  });

  it('pushes and pulls the Docker format, too', async () => {
    const { layout, succeed } = stage();
    const options = ['copy', '--authfile', 'config.json'];
    await succeed(skopeo, [...policy, ...options, '--format', 'v2s2', `oci:${layout}:v1`, app(':docker')]);
    const raw = await succeed(skopeo, ['inspect', '--raw', '--authfile', 'config.json', app(':docker')]);
    expect(JSON.parse(raw)).toMatchObject({ mediaType: 'application/vnd.docker.distribution.manifest.v2+json' });
    await succeed(skopeo, [...policy, ...options, app(':docker'), 'dir:skopeo-docker']);
  });

  it('deletes an image, and may not as a robot without that right', async () => {
    const { host, builder, succeed, fail } = stage();
    const asBuilder = ['--creds', `${builder.name}:${builder.secret}`];
    await fail(skopeo, ['delete', ...asBuilder, app(':docker')]);
    await succeed(skopeo, ['delete', '--authfile', 'config.json', app(':docker')]);
    await fail(skopeo, ['inspect', '--authfile', 'config.json', app(':docker')]);
    await fail(skopeo, ['login', host, '-u', builder.name, '--password-stdin', '--authfile', 'x.json'], 'Wrong12345');
  });
});

describeWithPeers(
  'cosign, regctl and crane with one image at the embedded Harbor',
  ['cosign', 'crane', 'regctl'],
  (to) => {
    const stage = useStage();

    it('sign, list and copy it as robots', async () => {
      const { host, keeper, layout, image, harbor, succeed } = stage();
      const app = `${host}/shop/signed/app`;
      const pinned = `${app}@${image.digest}`;
      await succeed(to.crane, ['auth', 'login', host, '-u', keeper.name, '--password-stdin'], keeper.secret);
      await succeed(to.crane, ['push', layout, `${app}:v1`]);
      await succeed(to.cosign, ['generate-key-pair']);
      const offline = ['--use-signing-config=false', '--tlog-upload=false', '--yes'];
      await succeed(to.cosign, ['sign', '--key', 'cosign.key', ...offline, pinned]);
      await succeed(to.cosign, ['verify', '--key', 'cosign.pub', '--insecure-ignore-tlog=true', pinned]);
      expect(await harbor.accessories('shop', 'signed/app', image.digest)).toMatchObject([
        { type: 'signature.cosign' },
      ]);

      await succeed(to.regctl, ['registry', 'login', host, '-u', keeper.name, '--pass-stdin'], keeper.secret);
      const sbom = JSON.stringify({ id: randomUUID() });
      await writeFile(join(stage().directory, 'sbom.json'), sbom);
      const put = ['artifact', 'put', '--artifact-type', 'application/spdx+json', '--subject', `${app}:v1`];
      await succeed(to.regctl, [...put, '--file', 'sbom.json']);
      const list = JSON.parse(await succeed(to.regctl, ['artifact', 'list', `${app}:v1`, '--format', '{{json .}}']));
      const types = list.descriptors.map(({ artifactType }: { artifactType: string }) => artifactType);
      expect(types.sort()).toEqual(['application/spdx+json', 'application/vnd.dev.sigstore.bundle.v0.3+json']);

      const copy = `${host}/shop/signed/copy:v1`;
      await succeed(to.regctl, ['image', 'copy', '--referrers', `${app}:v1`, copy]);
      const copied = `${host}/shop/signed/copy@${image.digest}`;
      await succeed(to.cosign, ['verify', '--key', 'cosign.pub', '--insecure-ignore-tlog=true', copied]);
      const get = ['artifact', 'get', '--subject', copy, '--filter-artifact-type', 'application/spdx+json'];
      expect(await succeed(to.regctl, get)).toBe(sbom);
    });
  },
);
