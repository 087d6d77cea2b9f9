import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { expect, it } from '@jest/globals';
import { amd64, arm64, build, temporaryFolder } from './workplace.ts';

const run = promisify(execFile);

describeWithPeers('skopeo', ['skopeo'], ({ skopeo }) => {
  const dockerfile =
    'FROM scratch\nCOPY app /app\nCOPY app/a /a\nENV A=b\nUSER 65532\nEXPOSE 80\nENTRYPOINT ["/app/a"]\n';
  const files = { Dockerfile: dockerfile, 'app/a': 'binary', 'app/link': '-> a' };

  it('reads the config of the image', async () => {
    const { layout } = await build(files);
    const { stdout } = await run(skopeo, ['inspect', '--config', `oci:${layout.directory}`]);
    expect(JSON.parse(stdout)).toMatchObject({
      architecture: 'amd64',
      os: 'linux',
      config: { User: '65532', Entrypoint: ['/app/a'], ExposedPorts: { '80/tcp': {} } },
    });
  });

  it('copies every platform, checks each digest and can decompress each layer', async () => {
    const { layout, result } = await build(files, { platforms: [amd64, arm64] });
    const copy = await temporaryFolder();
    await run(skopeo, ['--insecure-policy', 'copy', '--all', `oci:${layout.directory}`, `oci:${join(copy, 'oci')}:x`]);
    const { stdout } = await run(skopeo, ['inspect', '--raw', `oci:${join(copy, 'oci')}:x`]);
    expect(JSON.parse(stdout).manifests.map(({ digest }: { digest: string }) => digest)).toEqual(
      result.platforms.map(({ descriptor }) => descriptor.digest),
    );
    // Docker's archive holds uncompressed layers, so skopeo compares the diff ids on the way.
    const archive = `docker-archive:${join(copy, 'image.tar')}:test/app:1`;
    await run(skopeo, ['--insecure-policy', '--override-arch', 'arm64', 'copy', `oci:${layout.directory}`, archive]);
  });
});
