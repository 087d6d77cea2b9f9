import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DevHarbor, startDevHarbor } from '@harbor-pilot/dev-harbor';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { executeStep, loginStep } from '../src/index.ts';
import { captureRuntime } from './runtime.ts';

let base: string;
let harbor: DevHarbor;
let home: string;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'login-trust-'));
  harbor = await startDevHarbor({ dataDirectory: join(base, 'harbor') });
  const openssl = (args: string): Buffer =>
    execFileSync('openssl', args.split(' '), { cwd: base, stdio: ['ignore', 'pipe', 'ignore'] });
  openssl(
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=ci -keyout ci.key -out ci.crt',
  );
  openssl('pkcs12 -export -in ci.crt -inkey ci.key -passout pass:opensesame -out ci.p12');
  openssl('pkcs8 -topk8 -in ci.key -passout pass:opensesame -out locked.key');
});
afterAll(async () => {
  await harbor.close();
  await rm(base, { recursive: true, force: true });
});
beforeEach(async () => {
  home = await mkdtemp(join(base, 'home-'));
});

interface Kept {
  readonly outputs: Record<string, string>;
  readonly exported: Record<string, string>;
  readonly lines: readonly string[];
}

async function login(inputs: Record<string, string>, environment: Record<string, string> = {}): Promise<Kept> {
  const exported: Record<string, string> = {};
  const captured = captureRuntime(home, environment);
  const runtime = {
    ...captured,
    exportVariable: (name: string, value: string) => {
      exported[name] = value;
    },
  };
  const given: Record<string, string> = {
    registry: harbor.host,
    username: harbor.username,
    password: harbor.password,
    'ca-certificate': harbor.caCertificate,
    'docker-config': 'login',
    ...inputs,
  };
  await executeStep(loginStep, runtime, [(name) => given[name]]).finally(() => captured.end());
  return { outputs: captured.outputs, exported, lines: captured.lines };
}

const text = (path: string): Promise<string> => readFile(path, 'utf8');
const folder = (): string => join(home, 'login/registry-trust');
/** The same server under another name. */
const other = (): string => harbor.host.replace('127.0.0.1', 'localhost');

describeWithPeers('the trust of a login, for other programs', ['openssl'], () => {
  it('is a folder for engines and a configuration of BuildKit that names it', async () => {
    const { outputs } = await login({});
    expect(outputs).toMatchObject({
      'certs-folder': join(folder(), 'certs.d'),
      'buildkitd-config': join(folder(), 'buildkitd.toml'),
    });
    const own = join(folder(), 'certs.d', harbor.host);
    expect((await text(join(own, 'ca.crt'))).trim()).toBe(harbor.caCertificate.trim());
    expect(await text(join(folder(), 'buildkitd.toml'))).toBe(
      `[registry."${harbor.host}"]\n  http = false\n  ca = ["${own}/ca.crt"]\n`,
    );
    await expect(stat(join(own, 'client.key'))).rejects.toThrow();
    await expect(stat(join(folder(), 'ca-bundle.crt'))).rejects.toThrow();
  });

  it.each([
    ['PEM with a key of its own', { 'client-certificate': 'ci.crt', 'client-key': 'ci.key' }],
    [
      'PEM with a locked key',
      { 'client-certificate': 'ci.crt', 'client-key': 'locked.key', 'client-key-password': 'opensesame' },
    ],
    ['PKCS#12', { 'client-certificate': 'ci.p12', 'client-key-password': 'opensesame' }],
  ])('has the client certificate as two files without a password, from %s', async (_, { ...inputs }) => {
    const files = Object.entries(inputs).map(([name, value]) => [
      name,
      name.endsWith('password') ? value : join(base, value),
    ]);
    await login(Object.fromEntries(files));
    const own = join(folder(), 'certs.d', harbor.host);
    expect(await text(join(own, 'client.cert'))).toBe(await text(join(base, 'ci.crt')));
    expect(await text(join(own, 'client.key'))).toBe(await text(join(base, 'ci.key')));
    expect((await stat(join(own, 'client.key'))).mode & 0o777).toBe(0o600);
    expect(await text(join(folder(), 'buildkitd.toml'))).toContain(
      `[[registry."${harbor.host}".keypair]]\n    cert = "${own}/client.cert"\n    key = "${own}/client.key"\n`,
    );
  });

  it('leaves out a check for the one registry only, and keeps what the login before wrote', async () => {
    const accounts = [harbor.host, other()].map(
      (host) => `- { registry: '${host}', username: admin, password: '${harbor.password}' }`,
    );
    const account = { username: '', password: '' };
    await login({ ...account, insecure: 'true', 'registry-auth': accounts.join('\n') });
    const config = join(folder(), 'buildkitd.toml');
    const [, first, second] = (await text(config)).split('[registry.');
    expect(first).toMatch(/^"127.*http = false\n {2}insecure = true\n/s);
    expect(second).toMatch(/^"localhost.*http = false\n {2}ca = /s);
    await login({}, { DOCKER_CONFIG: join(home, 'login') });
    const [, kept, again] = (await text(config)).split('[registry.');
    expect(kept).toBe(second);
    expect(again).not.toContain('insecure');
    const third = await login({ 'docker-config': 'third' }, { DOCKER_CONFIG: join(home, 'login') });
    expect(await text(third.outputs['buildkitd-config'] ?? '')).toContain(`[registry.${kept}`);
    expect(await text(config)).toBe(`[registry.${kept}[registry.${again}`);
  });

  it('reaches all programs of later steps when it is to, beside what these trust', async () => {
    const mine = await text(join(base, 'ci.crt'));
    await writeFile(join(home, 'mine.crt'), mine);
    const { exported, lines, outputs } = await login(
      { 'export-ca': 'true' },
      { NODE_EXTRA_CA_CERTS: join(home, 'mine.crt'), CURL_CA_BUNDLE: join(home, 'gone.crt') },
    );
    const [whole, extra] = [join(folder(), 'ca-bundle.crt'), join(folder(), 'ca-extra.crt')];
    expect(outputs['ca-bundle']).toBe(whole);
    expect(exported).toMatchObject({
      SSL_CERT_FILE: whole,
      REQUESTS_CA_BUNDLE: whole,
      CURL_CA_BUNDLE: whole,
      NODE_EXTRA_CA_CERTS: extra,
    });
    expect(await text(extra)).toBe(`${mine.trim()}\n${harbor.caCertificate.trim()}\n`);
    expect((await text(whole)).endsWith(await text(extra))).toBe(true);
    expect((await text(whole)).match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(20);
    expect(lines.join('\n')).toContain('gone.crt, which CURL_CA_BUNDLE names, cannot be read (ENOENT)');
    const again = await login({ 'export-ca': 'true', 'docker-config': 'again' }, { SSL_CERT_FILE: extra });
    expect(await text(again.exported.SSL_CERT_FILE ?? '')).toBe(await text(extra));
  });

  it('is nothing where nothing is to be trusted that is not trusted anyway', async () => {
    const runtime = captureRuntime(home);
    const { keepLogins } = await import('../src/login/docker-config.ts');
    const login = { host: 'harbor.example.com', credentials: { username: 'ann', password: 'one' }, trust: {} };
    const values = { dockerConfig: 'plain', logout: true, exportCa: true, proxyForBuilds: true };
    const kept = await keepLogins([login], values, runtime);
    expect(kept).toEqual({ folder: join(home, 'plain'), authFile: join(home, 'plain/auth.json'), trust: undefined });
    await expect(stat(join(home, 'plain/registry-trust'))).rejects.toThrow();
    await keepLogins([{ ...login, trust: { plainHttp: true } }], values, runtime);
    expect(await text(join(home, 'plain/registry-trust/buildkitd.toml'))).toBe(
      '[registry."harbor.example.com"]\n  http = true\n',
    );
  });
});

describeWithPeers('the proxies of a job', ['openssl'], () => {
  const proxied = {
    HTTPS_PROXY: 'http://ann:one@proxy.example.com:3128',
    HTTP_PROXY: 'http://[::1]:3128',
    NO_PROXY: 'localhost 127.0.0.1,10.0.0.0/8 .example.com',
  };
  const proxiesOf = async (): Promise<unknown> => JSON.parse(await text(join(home, 'login/config.json'))).proxies;

  it('are handed to builds when they are to, but for those that these cannot reach', async () => {
    const { lines } = await login({ 'proxy-for-builds': 'true' }, proxied);
    expect(await proxiesOf()).toEqual({
      default: { httpsProxy: proxied.HTTPS_PROXY, noProxy: 'localhost,127.0.0.1,10.0.0.0/8,.example.com' },
    });
    expect(lines.join('\n')).toContain('warning: HTTP_PROXY is not handed to builds');
    await rm(join(home, 'login'), { recursive: true });
    await login({}, proxied);
    expect(await proxiesOf()).toBeUndefined();
  });

  it('do not replace those of the own configuration', async () => {
    const proxies = { 'tcp://docker:2376': { httpProxy: 'http://one:1' }, default: { httpProxy: 'http://two:2' } };
    await mkdir(join(home, '.docker'));
    await writeFile(join(home, '.docker/config.json'), JSON.stringify({ proxies }));
    await login({ 'proxy-for-builds': 'true' }, proxied);
    expect(await proxiesOf()).toEqual(proxies);
  });
});
