import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openRegistries } from '../src/connect.ts';
import { chooseCredentials } from '../src/credentials.ts';
import { storedCredentials } from '../src/stored-credentials.ts';
import { nothing } from './no-values.ts';
import { captureRuntime } from './runtime.ts';

let folder: string;

/** A helper in the way of Docker's: it knows one server, and notes how it was called. */
const helper = `#!/bin/sh
server=$(cat)
printf '%s %s %s\\n' "$*" "$server" "$HARBOR_PILOT_PASSWORD$EXTRA" >> "$CALLS"
case "$server" in
  helped.example) echo '{"ServerURL":"x","Username":"robot$acme+ci","Secret":"s3cret from helper"}' ;;
  token.example) echo '{"Username":"<token>","Secret":"an identity token"}' ;;
  odd.example) echo 'not JSON s3cret' ;;
  broken.example) echo 'keychain is locked'; exit 1 ;;
  *) echo 'credentials not found in native keychain'; exit 1 ;;
esac
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'credentials-'));
  const program = join(folder, 'docker-credential-test');
  await writeFile(program, helper);
  await chmod(program, 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const basic = (text: string) => Buffer.from(text).toString('base64');

async function stored(config: unknown, more: Readonly<Record<string, string>> = {}) {
  const calls = join(folder, 'calls');
  await writeFile(calls, '');
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  const environment = {
    DOCKER_CONFIG: folder,
    PATH: `${folder}:${process.env.PATH}`,
    CALLS: calls,
    HARBOR_PILOT_PASSWORD: 'ours',
    ...more,
  };
  const captured = captureRuntime(folder, environment);
  return { find: storedCredentials(captured), captured, calls };
}

describe('the Docker configuration', () => {
  it('has credentials in the file, under several forms of the host', async () => {
    const { find, captured } = await stored({
      auths: {
        'a.example': { auth: basic('ann:one:two') },
        'https://b.example': { auth: basic('bob:three') },
        'https://index.docker.io/v1/': { auth: basic('hub:four') },
        'c.example': { auth: basic('x'), identitytoken: 'five' },
        'd.example': {},
        'e.example': { username: 'eve', password: 'six' },
      },
    });
    expect(find('a.example')).toEqual({ username: 'ann', password: 'one:two' });
    expect(find('b.example')).toEqual({ username: 'bob', password: 'three' });
    expect(find('docker.io')).toEqual({ username: 'hub', password: 'four' });
    expect(find('c.example')).toEqual({ username: '<token>', password: 'five' });
    expect(find('d.example')).toBeUndefined();
    expect(find('e.example')).toEqual({ username: 'eve', password: 'six' });
    expect(find('constructor')).toBeUndefined();
    expect(captured.masked).toEqual(['one:two', 'three', 'four', 'five', 'six']);
  });

  it('may be another file', async () => {
    const path = join(folder, 'auth.json');
    await writeFile(path, JSON.stringify({ auths: { 'a.example': { auth: basic('pod:man') } } }));
    const { find } = await stored({}, { REGISTRY_AUTH_FILE: path });
    expect(find('a.example')).toEqual({ username: 'pod', password: 'man' });
  });

  it('has accounts of repositories and of the folders that they are in: the longest name counts', async () => {
    const { find } = await stored({
      credsStore: 'test',
      auths: {
        'a.example': { auth: basic('all:1') },
        'a.example/shop': { auth: basic('shop:2') },
        'a.example/shop/team/api': { auth: basic('api:3') },
        'a.example/shop/team/web': {},
        'docker.io/acme': { auth: basic('hub:4') },
      },
    });
    const who = (...place: [string, string?]) => find(...place)?.username;
    expect(who('a.example', 'shop/team/api')).toBe('api');
    expect(who('a.example', 'shop/team/web')).toBe('shop');
    expect(who('a.example', 'shop/team/api/more')).toBe('api');
    expect(who('a.example', 'shopping/team')).toBe('all');
    expect([who('a.example', 'shop'), who('a.example')]).toEqual(['shop', 'all']);
    expect([who('docker.io', 'acme/api'), who('docker.io', 'library/api')]).toEqual(['hub', undefined]);
    // The store knows the host.
    expect(who('helped.example', 'shop/api')).toBe('robot$acme+ci');
  });

  it('comes after the file that a login names and the variable of GitLab, before what podman keeps', async () => {
    const config = (user: string, ...hosts: readonly string[]): string =>
      JSON.stringify({ auths: Object.fromEntries(hosts.map((host) => [host, { auth: basic(`${user}:x`) }])) });
    const [named, ofPodman] = [join(folder, 'named.json'), join(folder, 'run')];
    await writeFile(named, config('named', 'a.example'));
    await mkdir(join(ofPodman, 'containers'), { recursive: true });
    await writeFile(
      join(ofPodman, 'containers', 'auth.json'),
      config('podman', ...['a', 'b', 'c', 'd'].map((one) => `${one}.example`)),
    );
    await mkdir(join(folder, '.config', 'containers'), { recursive: true });
    await writeFile(join(folder, '.config', 'containers', 'auth.json'), config('settings', 'd.example', 'e.example'));
    const { find, captured } = await stored(JSON.parse(config('docker', 'a.example', 'b.example', 'c.example')), {
      REGISTRY_AUTH_FILE: named,
      DOCKER_AUTH_CONFIG: config('variable', 'a.example', 'b.example'),
      XDG_RUNTIME_DIR: ofPodman,
    });
    const users = ['a', 'b', 'c', 'd', 'e', 'f'].map((one) => find(`${one}.example`)?.username);
    expect(users).toEqual(['named', 'variable', 'docker', 'podman', 'settings', undefined]);
    expect(captured.masked).toContain('x');
  });

  it('in a variable that is not JSON is named, and not shown', async () => {
    const { find } = await stored({}, { DOCKER_AUTH_CONFIG: 'a-secret' });
    const message = 'the variable DOCKER_AUTH_CONFIG is not JSON';
    expect(() => find('a.example')).toThrow(expect.objectContaining({ code: 'FILE_UNREADABLE', message }));
  });

  it.each(['', '\n'])('may be an empty file (%j)', async (text) => {
    const { find } = await stored({});
    await writeFile(join(folder, 'config.json'), text);
    expect(find('a.example')).toBeUndefined();
  });

  it('that cannot be read is told, once', async () => {
    const folderInPlace = join(folder, 'in-place');
    await mkdir(join(folderInPlace, 'config.json'), { recursive: true });
    const captured = captureRuntime(folder, { DOCKER_CONFIG: folderInPlace });
    const find = storedCredentials(captured);
    expect([find('a.example'), find('b.example')]).toEqual([undefined, undefined]);
    expect(captured.lines).toEqual([expect.stringContaining('config.json cannot be read (EISDIR)')]);
  });

  it('that is not JSON is named, but only to those who need it', async () => {
    const path = join(folder, 'bad.json');
    await writeFile(path, '{');
    const runtime = captureRuntime(folder, { REGISTRY_AUTH_FILE: path });
    const given = { username: 'u', password: 'p' };
    const registriesFor = (inputs: Partial<typeof given>) =>
      openRegistries({ ...nothing, ...inputs }, 'h', runtime, []);
    const named = expect.objectContaining({ code: 'FILE_UNREADABLE', message: `${path} is not JSON` });
    const registries = await registriesFor(given);
    expect(registries.credentialsFor('h')).toEqual(given);
    expect(() => registries.registryFor('h')).not.toThrow();
    expect(() => registries.credentialsFor('other.example')).toThrow(named);
    const without = await registriesFor({});
    expect(() => without.credentialsFor('h')).toThrow(named);
  });
});

describe('credential helpers', () => {
  it('are asked on standard input, once for each host, and see no secret of ours', async () => {
    const { find, captured, calls } = await stored({ credHelpers: { 'helped.example': 'test' } });
    const expected = { username: 'robot$acme+ci', password: 's3cret from helper' };
    expect(find('helped.example')).toEqual(expected);
    expect(find('helped.example')).toEqual(expected);
    expect(await readFile(calls, 'utf8')).toBe('get helped.example \n');
    expect(captured.masked).toContain('s3cret from helper');
  });

  it('for a host come before the store, which comes before the file', async () => {
    const auths = { 'a.example': { auth: basic('file:1') }, 'token.example': { auth: basic('file:2') } };
    const { find } = await stored({ credHelpers: { 'helped.example': 'test' }, credsStore: 'test', auths });
    expect(find('helped.example')?.username).toBe('robot$acme+ci');
    expect(find('token.example')).toEqual({ username: '<token>', password: 'an identity token' });
    expect(find('a.example')).toEqual({ username: 'file', password: '1' });
    expect(find('b.example')).toBeUndefined();
  });

  it.each([
    ['missing', 'FILE_UNREADABLE', /docker-credential-missing.*not installed/],
    ['../../evil', 'FILE_UNREADABLE', /not installed/],
  ])('called %s cannot be asked', async (name, code, message) => {
    const { find } = await stored({ credHelpers: { 'a.example': name } });
    expect(() => find('a.example')).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });

  it('that fail are named, without what they said when it may be a secret', async () => {
    const { find } = await stored({ credHelpers: { 'broken.example': 'test', 'odd.example': 'test' } });
    expect(() => find('broken.example')).toThrow(
      expect.objectContaining({ code: 'AUTH_FAILED', message: expect.stringContaining('keychain is locked') }),
    );
    expect(() => find('odd.example')).toThrow(
      expect.objectContaining({ code: 'AUTH_FAILED', message: expect.not.stringContaining('s3cret') }),
    );
  });

  it('for all hosts that are missing are only warned about', async () => {
    const { find, captured } = await stored({ credsStore: 'desktop' });
    expect(find('a.example')).toBeUndefined();
    expect(captured.lines).toEqual([expect.stringMatching(/^warning: .*docker-credential-desktop/)]);
  });
});

describe('inputs', () => {
  it('come before the configuration, and must be complete', () => {
    const fromFile = () => ({ username: 'file', password: 'x' });
    expect(chooseCredentials({ username: 'u', password: 'p' }, fromFile, 'h')).toEqual({
      username: 'u',
      password: 'p',
    });
    expect(chooseCredentials({ username: undefined, password: undefined }, fromFile, 'h')?.username).toBe('file');
    expect(() => chooseCredentials({ username: 'u', password: undefined }, fromFile, 'h')).toThrow(/"password"/);
  });
});
