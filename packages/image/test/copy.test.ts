// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of Dockerfiles
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { pack } from 'tar-stream';
import { build, contextOf, filesOf, temporaryFolder } from './workplace.ts';

const names = async (dockerfile: string, files: Record<string, string | Uint8Array> = {}): Promise<string[]> =>
  Object.keys(await filesOf(await build({ Dockerfile: dockerfile, ...files }))).filter((name) => !name.endsWith('/'));

const tree = { 'src/a.txt': 'a', 'src/b.md': 'b', 'src/sub/c.txt': 'c', 'top.txt': 't' };

describe('COPY', () => {
  it.each([
    ['COPY src /dest', ['dest/a.txt', 'dest/b.md', 'dest/sub/c.txt']],
    ['COPY src/ /dest/', ['dest/a.txt', 'dest/b.md', 'dest/sub/c.txt']],
    ['COPY top.txt /dest', ['dest']],
    ['COPY top.txt /dest/', ['dest/top.txt']],
    ['COPY top.txt /dest/.', ['dest/top.txt']],
    ['WORKDIR /w\nCOPY top.txt .', ['w/top.txt']],
    ['WORKDIR /w\nCOPY top.txt sub/', ['w/sub/top.txt']],
    ['COPY src/*.txt top.txt /d/', ['d/a.txt', 'd/top.txt']],
    ['COPY src/[a-b].* /d/', ['d/a.txt', 'd/b.md']],
    ['COPY */sub/?.txt /d/', ['d/c.txt']],
    ['COPY s?c /d', ['d/a.txt', 'd/b.md', 'd/sub/c.txt']],
    ['COPY none* top.txt /d/', ['d/top.txt']],
    ['COPY ["top.txt", "/with blank/x"]', ['with blank/x']],
    ['COPY ../../top.txt /d', ['d']],
    ['COPY --link src/sub /d', ['d/c.txt']],
    ['ARG n=top\nCOPY ${n}.txt /$n', ['top']],
  ])('%s', async (line, expected) => {
    expect(await names(`FROM scratch\n${line}\n`, tree)).toEqual(expected);
  });

  it('sets owner and mode, of new folders too', async () => {
    const entries = await filesOf(
      await build({
        Dockerfile: 'FROM scratch\nCOPY --chown=10:20 --chmod=600 top.txt /n/x\nCOPY --chown=7 src /s\n',
        ...tree,
      }),
    );
    expect(entries['n/x']).toMatchObject({ owner: '10:20', mode: '600' });
    expect(entries['n/']).toMatchObject({ owner: '10:20', mode: '755' });
    expect(entries['s/sub/c.txt']).toMatchObject({ owner: '7:7', mode: '644' });
  });

  it('finds owners by name in the stage', async () => {
    const dockerfile = 'FROM scratch\nCOPY etc /etc\nCOPY --chown=app:web top.txt /t\nUSER app\nWORKDIR /home/app\n';
    const entries = await filesOf(
      await build({ Dockerfile: dockerfile, 'etc/passwd': 'app:x:42:43::/:\n', 'etc/group': 'web:x:44:\n', ...tree }),
    );
    expect(entries.t?.owner).toBe('42:44');
    expect(entries['home/app/']?.owner).toBe('42:43');
    await expect(names('FROM scratch\nCOPY --chown=nobody top.txt /t', tree)).rejects.toMatchObject({
      code: 'DOCKERFILE_INVALID',
      message: expect.stringContaining('Dockerfile:2: the stage has no user "nobody"'),
    });
  });

  it('writes heredocs, expanded unless the name is quoted', async () => {
    const dockerfile = [
      'FROM scratch',
      'ENV who=world',
      'COPY <<one <<-"two" /d/',
      'hello "$who" \\$x',
      'one',
      '\tplain $who',
      'two',
      'COPY <<EOF /single',
      'RUN is text',
      'EOF',
      'COPY <<my-app.conf /d/',
      'text',
      'my-app.conf',
    ].join('\n');
    const entries = await filesOf(await build({ Dockerfile: dockerfile }));
    expect(entries['d/one']?.content).toBe('hello "world" $x\n');
    expect(entries['d/two']?.content).toBe('plain $who\n');
    expect(entries.single?.content).toBe('RUN is text\n');
    expect(entries['d/my-app.conf']?.content).toBe('text\n');
  });

  it('copies from stages with all their changes, owners and modes kept', async () => {
    const dockerfile = [
      'FROM scratch AS Files',
      'COPY --chown=5:6 --chmod=640 src /out',
      'COPY top.txt /out/a.txt',
      'FROM files AS more',
      'COPY top.txt /out/new.txt',
      'FROM scratch',
      'COPY --from=more /out/ /final/',
      'COPY --from=0 /out/a.txt /zero',
      'COPY --from=more /out /copy',
    ].join('\n');
    const entries = await filesOf(await build({ Dockerfile: dockerfile, ...tree }));
    expect(entries['final/a.txt']).toMatchObject({ content: 't', owner: '0:0', mode: '644' });
    expect(entries['final/b.md']).toMatchObject({ content: 'b', owner: '5:6', mode: '640' });
    expect(entries['final/new.txt']?.content).toBe('t');
    expect(entries.zero?.content).toBe('t');
    // Of a folder its content is copied: the folder itself is as new.
    expect(entries['copy/']).toMatchObject({ owner: '0:0', mode: '755' });
    expect(entries['copy/sub/']).toMatchObject({ owner: '5:6', mode: '640' });
  });

  it('keeps links as links, and follows those that are copied themselves inside the context only', async () => {
    const secret = join(await temporaryFolder(), 'secret');
    await writeFile(secret, 'outside');
    const files = { 'd/escape': `-> ${secret}`, 'd/up': '-> ../../../../etc/passwd', inner: '-> top.txt', ...tree };
    const built = await build({ Dockerfile: 'FROM scratch\nCOPY d /d\nCOPY inner /inner\n', ...files });
    const entries = await filesOf(built);
    expect(entries['d/escape']).toMatchObject({ type: 'symlink', target: secret });
    expect(entries['d/up']).toMatchObject({ type: 'symlink', target: '../../../../etc/passwd' });
    expect(entries.inner).toMatchObject({ type: 'file', content: 't' });
    for (const source of ['d/escape', 'd/up', 'loop']) {
      await expect(names(`FROM scratch\nCOPY ${source} /x`, { ...files, loop: '-> loop' })).rejects.toMatchObject({
        code: source === 'loop' ? 'CONTENT_HOSTILE' : 'DOCKERFILE_INVALID',
      });
    }
  });

  it('follows links of the image inside the image', async () => {
    const dockerfile = 'FROM scratch\nCOPY root /\nCOPY top.txt /bin/\nCOPY top.txt /abs/y\n';
    const built = await build({ Dockerfile: dockerfile, 'root/bin': '-> usr/bin', 'root/abs': '-> /../usr', ...tree });
    expect(Object.keys(await filesOf(built))).toEqual(['abs', 'bin', 'usr/', 'usr/bin/', 'usr/bin/top.txt', 'usr/y']);
  });

  it('does not copy what .dockerignore leaves out', async () => {
    const files = {
      '.dockerignore': '# comment\nsrc\n!src/sub\n**/*.log\nDockerfile\n',
      'x/y.log': 'l',
      'x/Y.LOG': 'L',
      ...tree,
    };
    expect(await names('FROM scratch\nCOPY . /\n', files)).toEqual([
      '.dockerignore',
      'src/sub/c.txt',
      'top.txt',
      'x/Y.LOG',
    ]);
    const own = { ...files, 'Dockerfile.dockerignore': '*\n!top.txt\n' };
    expect(await names('FROM scratch\nCOPY . /\n', own)).toEqual(['top.txt']);
    await expect(names('FROM scratch\nCOPY x/y.log /\n', files)).rejects.toMatchObject({
      hint: expect.stringContaining('.dockerignore'),
    });
  });

  it.each([
    ['COPY missing /x', 'the build context has no "missing"'],
    ['COPY src top.txt /x', 'needs a folder'],
    ['COPY --chmod=u+x top.txt /x', 'is not a mode'],
    ['COPY top.txt /x\nCOPY src /x', 'a folder cannot replace /x'],
    ['COPY src /x\nCOPY x /x/sub', 'has no "x"'],
    ['COPY top.txt /x\nCOPY top.txt /x/y', '/x is there and is not a folder'],
    ['COPY src/[ /x/', 'wildcards'],
  ])('refuses %s', async (line, message) => {
    await expect(names(`FROM scratch\n${line}\n`, tree)).rejects.toMatchObject({
      code: 'DOCKERFILE_INVALID',
      message: expect.stringMatching(new RegExp(`Dockerfile:[23]: .*${message.replace(/[[\]]/g, '.')}`)),
    });
  });
});

async function tarOf(entries: Readonly<Record<string, string>>): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(entries)) tar.entry({ name, uid: 3, gid: 4, mode: 0o700 }, content);
  tar.finalize();
  return buffer(tar as never);
}

describe('ADD', () => {
  it('unpacks tar archives and copies other files', async () => {
    const archive = await tarOf({ 'in/one': '1', two: '2' });
    const files = { 'a.tgz': gzipSync(archive), 'a.tar': archive, 'text.gz': gzipSync('text'), ...tree };
    const entries = await filesOf(
      await build({
        Dockerfile: 'FROM scratch\nADD a.tgz /z\nADD --chown=9 a.tar /t/\nADD text.gz src /f/\n',
        ...files,
      }),
    );
    expect(entries['z/in/one']).toMatchObject({ content: '1', owner: '3:4', mode: '700' });
    expect(entries['t/two']).toMatchObject({ content: '2', owner: '9:9' });
    expect(Object.keys(entries)).toEqual(expect.arrayContaining(['f/text.gz', 'f/sub/c.txt']));
  });

  it('refuses archives that lead out of their folder or cannot be unpacked', async () => {
    const evil = await tarOf({ '../../evil': 'x' });
    await expect(names('FROM scratch\nADD a.tar /t/', { 'a.tar': evil })).rejects.toMatchObject({
      code: 'CONTENT_HOSTILE',
    });
    const xz = Buffer.from('fd377a585a000000', 'hex');
    await expect(names('FROM scratch\nADD a.xz /t/', { 'a.xz': xz })).rejects.toMatchObject({
      code: 'DOCKERFILE_INVALID',
    });
    const cut = (await tarOf({ big: 'x'.repeat(5000) })).subarray(0, 2000);
    await expect(names('FROM scratch\nADD a.tar /t/', { 'a.tar': cut })).rejects.toMatchObject({
      code: 'CONTENT_HOSTILE',
    });
  });

  it('fetches nothing from other hosts', async () => {
    await expect(names('FROM scratch\nADD https://example.com/x /x')).rejects.toMatchObject({
      code: 'DOCKERFILE_INVALID',
      message: expect.stringContaining('Dockerfile:2: ADD of https://example.com/x'),
    });
  });
});

it('reads the context only when something is copied from it', async () => {
  const contextDirectory = join(await contextOf({}), 'absent');
  const dockerfile = join(await contextOf({ Dockerfile: 'FROM scratch\nENV a=b\n' }), 'Dockerfile');
  const built = await build({}, { contextDirectory, dockerfile });
  expect(built.result.platforms).toHaveLength(1);
});
