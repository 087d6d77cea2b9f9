// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of Dockerfiles
import { describe, expect, it } from '@jest/globals';
import { amd64, arm64, build, configOf, filesOf } from './workplace.ts';

const runtime = async (...lines: string[]) =>
  (await configOf(await build({ Dockerfile: `FROM scratch\n${lines.join('\n')}\n` }))).config;

describe('the config', () => {
  it('has every setting of the Dockerfile', async () => {
    const config = await runtime(
      'ENV A=1 B="two words" C=a\\ b',
      'ENV OLD old form',
      'ENV A=2 D=$A-${B}',
      'LABEL org.example.x="y z" "quoted key"=v',
      'WORKDIR /srv',
      'WORKDIR app/../data',
      'USER 1000:1000',
      'EXPOSE 8080 53/udp 9000-9001',
      'VOLUME ["/v1"]',
      'VOLUME /v2 /v3',
      'STOPSIGNAL SIGQUIT',
      'SHELL ["/bin/bash", "-c"]',
      'ENTRYPOINT ["/app", "$A"]',
      'CMD echo $A',
      'HEALTHCHECK --interval=1m30s --timeout=500ms --retries=3 CMD curl -f http://localhost/',
      'ONBUILD COPY . /src',
    );
    expect(config).toEqual({
      User: '1000:1000',
      ExposedPorts: { '53/udp': {}, '8080/tcp': {}, '9000/tcp': {}, '9001/tcp': {} },
      Env: [
        'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        'A=2',
        'B=two words',
        'C=a b',
        'OLD=old form',
        'D=1-two words',
      ],
      Entrypoint: ['/app', '$A'],
      Cmd: ['/bin/bash', '-c', 'echo $A'],
      Volumes: { '/v1': {}, '/v2': {}, '/v3': {} },
      WorkingDir: '/srv/data',
      Labels: { 'org.example.x': 'y z', 'quoted key': 'v' },
      StopSignal: 'SIGQUIT',
      Healthcheck: {
        Test: ['CMD-SHELL', 'curl -f http://localhost/'],
        Interval: 90_000_000_000,
        Timeout: 500_000_000,
        Retries: 3,
      },
      OnBuild: ['COPY . /src'],
      Shell: ['/bin/bash', '-c'],
    });
  });

  it('has a diff id for each layer and a history line for each instruction', async () => {
    const dockerfile =
      '# a comment\nFROM scratch\nARG X=1\nCOPY \\\n  # between\n  a b \\\n  /d/\nWORKDIR /d\nWORKDIR /new\nMAINTAINER me\n';
    const config = await configOf(await build({ Dockerfile: dockerfile, a: 'a', b: 'b' }));
    expect(config.rootfs).toEqual({ type: 'layers', diff_ids: [expect.any(String), expect.any(String)] });
    const created = '1970-01-01T00:00:00Z';
    expect(config.history).toEqual([
      { created, created_by: 'ARG X=1', empty_layer: true },
      { created, created_by: 'COPY a b   /d/' },
      { created, created_by: 'WORKDIR /d', empty_layer: true },
      { created, created_by: 'WORKDIR /new' },
      { created, created_by: 'MAINTAINER me', empty_layer: true },
    ]);
    expect(config.author).toBe('me');
    expect(config.os).toBe('linux');
  });

  it('takes labels from outside, sorted among those of the Dockerfile', async () => {
    const built = await build({ Dockerfile: 'FROM scratch\nLABEL b=1 c=1\n' }, { labels: { c: '2', a: '3' } });
    expect(Object.entries((await configOf(built)).config.Labels)).toEqual([
      ['a', '3'],
      ['b', '1'],
      ['c', '2'],
    ]);
  });

  it('drops the CMD of an earlier stage when ENTRYPOINT is set, and keeps its own', async () => {
    const dockerfile = 'FROM scratch AS a\nCMD ["old"]\nENTRYPOINT ["x"]\nFROM a\nENTRYPOINT ["new"]\n';
    const built = await build({ Dockerfile: dockerfile });
    expect((await configOf(built)).config).toMatchObject({ Entrypoint: ['new'] });
    expect((await configOf(built)).config.Cmd).toBeUndefined();
    expect((await configOf(await build({ Dockerfile: dockerfile }, { target: 'a' }))).config.Cmd).toEqual(['old']);
  });
});

describe('variables', () => {
  const value = async (expression: string): Promise<string> => {
    const lines = ['ARG set=value', 'ARG empty=', 'ENV path=a/b/a.txt', `ENV R=${expression}`];
    const { Env } = await runtime(...lines);
    return Env.at(-1).slice(2);
  };

  it.each([
    ['$set', 'value'],
    ['${set}x', 'valuex'],
    ['${none:-d}${empty:-e}${empty-f}', 'de'],
    ['${set:+alt}${none:+alt}', 'alt'],
    ['${none:-${set}}', 'value'],
    ['\\$set', '$set'],
    ["'$set'", '$set'],
    ['"$set \\"q\\""', 'value "q"'],
    ['a\\ b', 'a b'],
    ['${path##*/}', 'a.txt'],
    ['${path#*/}', 'b/a.txt'],
    ['${path%/*}', 'a/b'],
    ['${path%%/*}', 'a'],
    ['${path/a/x}', 'x/b/a.txt'],
    ['${path//a/x}', 'x/b/x.txt'],
    ['$', '$'],
    ['"$$"', ''],
  ])('%s is %s', async (expression, expected) => {
    expect(await value(expression)).toBe(expected);
  });

  it.each(['${set', '"open', "'open", '${none:?must be set}', '${set!x}', '${}'])(
    '%s is refused with its line',
    async (expression) => {
      await expect(value(expression)).rejects.toMatchObject({
        code: 'DOCKERFILE_INVALID',
        message: expect.stringContaining('Dockerfile:5: '),
      });
    },
  );

  it('come from global ARGs, build arguments and the platform', async () => {
    const dockerfile = [
      'ARG VERSION=1',
      'ARG BASE=part-$TARGETARCH',
      'FROM --platform=$BUILDPLATFORM scratch AS part-amd64',
      'COPY amd /which',
      'FROM scratch AS part-arm64',
      'COPY arm /which',
      'FROM $BASE AS from-base',
      'FROM scratch',
      'ARG VERSION',
      'ARG TARGETPLATFORM',
      'ARG UNSET',
      'ENV V=$VERSION P=$TARGETPLATFORM U=[$UNSET] N=[$TARGETARCH]',
      'COPY --from=from-base /which /which',
    ].join('\n');
    const warnings: string[] = [];
    const built = await build(
      { Dockerfile: dockerfile, amd: 'amd', arm: 'arm' },
      {
        platforms: [amd64, arm64],
        buildPlatform: amd64,
        buildArgs: { VERSION: '2', TYPO: 'x', HTTP_PROXY: 'p' },
        progress: { warning: (line) => warnings.push(line) },
      },
    );
    expect((await configOf(built, 0)).config.Env.slice(1)).toEqual(['V=2', 'P=linux/amd64', 'U=[]', 'N=[]']);
    expect((await configOf(built, 1)).config.Env.slice(1)).toEqual(['V=2', 'P=linux/arm64', 'U=[]', 'N=[]']);
    expect((await filesOf(built, 0)).which?.content).toBe('amd');
    expect((await filesOf(built, 1)).which?.content).toBe('arm');
    expect(warnings).toEqual([expect.stringContaining('TYPO')]);
  });

  it.each([
    ['an ARG that comes later', 'FROM scratch\nENV V=env\nARG V=arg', 'arg'],
    ['an ENV that comes later', 'FROM scratch\nARG V=arg\nENV V=env', 'env'],
    ['an ENV, where a later ARG has no value', 'FROM scratch\nENV V=env\nARG V', 'env'],
    ['an entry before it in the same ARG', 'FROM scratch\nARG W=1 V=$W', '1'],
    ['an ARG of the stage it is built on', 'FROM scratch AS base\nARG V=arg\nFROM base', 'arg'],
    ['no ARG of another stage', 'FROM scratch AS base\nARG V=arg\nFROM scratch', ''],
  ])('hold the value of %s', async (_what, lines, expected) => {
    const { config } = await configOf(await build({ Dockerfile: `${lines}\nENV RESULT=$V\n` }));
    expect(config.Env.at(-1)).toBe(`RESULT=${expected}`);
  });

  it('read a file with carriage returns and another escape character', async () => {
    const dockerfile = '# escape=`\r\nFROM scratch\r\nENV A=1 `\r\n  B=`$A\r\n';
    const { config } = await configOf(await build({ Dockerfile: dockerfile }));
    expect(config.Env.slice(1)).toEqual(['A=1', 'B=$A']);
  });
});
