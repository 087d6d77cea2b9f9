import { openLayout } from '@harbor-pilot/oci';
import { describe, expect, it } from '@jest/globals';
import { amd64, arm64, build, leftovers, temporaryFolder } from './workplace.ts';

describe('RUN', () => {
  const dockerfile = [
    'FROM scratch AS tools',
    'COPY a /a',
    'RUN make \\',
    '  all',
    'FROM scratch AS plain',
    'COPY a /a',
    'FROM scratch',
    'COPY --from=tools /a /a',
  ].join('\n');

  it('is refused with its line where the target needs it, before anything is written', async () => {
    const layout = await openLayout(await temporaryFolder());
    for (const target of [undefined, 'tools', '0']) {
      await expect(
        build({ Dockerfile: dockerfile, a: 'a' }, { layout, ...(target === undefined ? {} : { target }) }),
      ).rejects.toMatchObject({
        code: 'DOCKERFILE_NEEDS_CONTAINER',
        exitCode: 2,
        message: expect.stringMatching(/Dockerfile:3: RUN make/),
        hint: expect.stringContaining('COPY its result'),
        details: expect.objectContaining({ line: 3 }),
      });
    }
    expect(await leftovers(layout)).toEqual([]);
  });

  it('is passed over in a stage that the target does not need', async () => {
    const built = await build({ Dockerfile: dockerfile, a: 'a' }, { target: 'PLAIN' });
    expect(built.result.platforms).toHaveLength(1);
  });
});

describe('a Dockerfile', () => {
  it.each([
    ['', 1, 'no instruction'],
    ['COPY a /a', 1, 'before the first FROM'],
    ['ARG x=1', 1, 'no FROM'],
    ['FROM scratch\nFETCH x', 2, 'no instruction FETCH'],
    ['FROM scratch\n\n# c\nCOPY --frm=x a /a', 4, 'COPY has no flag --frm'],
    ['FROM scratch\nCOPY --from=a --from=b a /a', 2, '--from is given twice'],
    ['FROM scratch\nCOPY a', 2, 'at least one source'],
    ['FROM scratch\nCOPY --from=$x a /a', 2, '--from cannot hold a variable'],
    ['FROM scratch AS s\nCOPY --from=s a /a', 2, 'not an earlier stage'],
    ['FROM scratch\nCOPY --from=5 a /a', 2, 'no stage 5'],
    ['FROM scratch AS s\nFROM scratch AS S', 2, 'two stages have the name S'],
    ['FROM scratch AS 1x', 1, 'cannot be the name of a stage'],
    ['FROM scratch IS x', 1, 'FROM cannot be read'],
    ['FROM $missing', 1, 'FROM $missing is empty'],
    ['FROM UPPER/case', 1, 'upper case'],
    ['FROM --platform=moon scratch', 1, 'is not a platform'],
    ['FROM --platform=linux/s390x scratch', 1, 'the stage is for linux/s390x'],
    ['FROM scratch\nENV a=1 b', 2, 'has no "="'],
    ['FROM scratch\nENV a', 2, 'no value'],
    ['FROM scratch\nENV', 2, 'needs something'],
    ['FROM scratch\nARG 1=2', 2, 'cannot be the name of an ARG'],
    ['FROM scratch\nEXPOSE 99999', 2, 'not a port'],
    ['FROM scratch\nSTOPSIGNAL no way', 2, 'not a signal'],
    ['FROM scratch\nSHELL bash', 2, 'JSON list'],
    ['FROM scratch\nCMD ["sleep", 60]', 2, 'something else than texts'],
    ['FROM scratch\nHEALTHCHECK --interval=1x CMD x', 2, 'not a duration'],
    ['FROM scratch\nHEALTHCHECK x', 2, 'CMD with a command'],
    ['FROM scratch\nONBUILD FROM x', 2, 'cannot be a trigger'],
    ['FROM scratch\nONBUILD FETCH x', 2, 'no instruction FETCH'],
    ['FROM scratch\nCOPY <<EOF /x\ntext', 2, 'does not end'],
  ])('%j is refused with its line', async (dockerfile, line, message) => {
    await expect(build({ Dockerfile: dockerfile, a: 'a' })).rejects.toMatchObject({
      code: 'DOCKERFILE_INVALID',
      exitCode: 2,
      message: expect.stringMatching(new RegExp(`Dockerfile:${line}: .*${message.replace(/[$()]/g, '\\$&')}`)),
    });
  });

  it('that is not there is refused', async () => {
    await expect(build({})).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  it('does not build without a .dockerignore that cannot be read, which may keep secrets out', async () => {
    const files = { Dockerfile: 'FROM scratch\nCOPY . /\n', '.dockerignore/kept.txt': 'a folder in its place' };
    await expect(build(files)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringContaining('.dockerignore cannot be read'),
    });
  });

  it('names the rule of .dockerignore that cannot be read', async () => {
    const files = { Dockerfile: 'FROM scratch\nCOPY . /\n', '.dockerignore': 'ok\n[z-a]\n' };
    await expect(build(files)).rejects.toMatchObject({
      code: 'DOCKERFILE_INVALID',
      message: expect.stringContaining('.dockerignore:2: '),
    });
  });
});

describe('inputs', () => {
  const files = { Dockerfile: 'FROM scratch AS only\n' };

  it.each([
    ['no platform', { platforms: [] }],
    ['a platform twice', { platforms: [amd64, arm64, amd64] }],
    ['a stage that is not there', { target: 'other' }],
    ['a time before 1970', { created: new Date(-1) }],
    ['a time that is none', { created: new Date('x') }],
  ])('with %s are refused', async (_, options) => {
    await expect(build(files, options)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});
