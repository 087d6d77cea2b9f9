import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { digestOf } from '@harbor-pilot/oci';
import { describe, expect, it } from '@jest/globals';
import { coverImage } from '../../src/sources/cover-image.ts';
import { runScanner } from '../../src/sources/run-scanner.ts';
import { scanWithProgram } from '../../src/sources/scan-with-program.ts';
import { config, grypeMatch, grypeReport, manifest, trivyReport } from './fixtures.ts';
import { printing, standIn } from './stand-in.ts';

const version = { Version: '0.68.2', VulnerabilityDB: { Version: 2, UpdatedAt: '2026-09-30T06:00:00.5Z' } };
const trivyScript = (report: object): string =>
  `if [ "$1" = version ]; then\n${printing(version)}\nelse\n${printing(report)}\nfi\necho 'INFO looking' >&2`;

describe('a scan by a stand-in for Trivy', () => {
  it('scans the image of each platform by its digest, and tells how old its data are', async () => {
    const { scan, calls, work } = standIn('trivy', trivyScript(trivyReport([{ VulnerabilityID: 'CVE-1' }])));
    const other = digestOf('another');
    const images = [...scan.cover.images, { digest: other, platform: 'linux/arm64/v8' }];
    const lines: string[] = [];
    const files = await scanWithProgram({
      ...scan,
      cover: { digest: manifest, images },
      onLine: (line) => lines.push(line),
    });
    expect(files.map(({ vulnerabilities, dataUpdatedAt }) => [vulnerabilities.length, dataUpdatedAt])).toEqual([
      [1, '2026-09-30T06:00:00.500Z'],
      [1, '2026-09-30T06:00:00.500Z'],
    ]);
    const common = 'image --image-src remote --scanners vuln --list-all-pkgs --no-progress --format json --platform';
    expect(
      readFileSync(calls, 'utf8')
        .replaceAll(/ --timeout \d+s/g, '')
        .trim()
        .split('\n'),
    ).toEqual([
      `${common} linux/amd64 harbor.example.com/shop/app@${manifest}`,
      `${common} linux/arm64/v8 harbor.example.com/shop/app@${other}`,
      'version --format json',
    ]);
    expect(lines).toContain('INFO looking');
    expect(statSync(join(work, 'trivy-1.json')).mode & 0o777).toBe(0o600);
  });

  it('gives it only what it needs of the environment', async () => {
    const { scan, calls, work } = standIn('trivy', trivyScript(trivyReport([])));
    const environment = {
      ...scan.environment,
      HOME: '/home/ci',
      HTTPS_PROXY: 'http://proxy.example.com',
      TRIVY_DB_REPOSITORY: 'harbor.example.com/ghcr/aquasecurity/trivy-db:2',
      TRIVY_SEVERITY: 'CRITICAL',
      TRIVY_IGNOREFILE: '.trivyignore',
      TRIVY_PASSWORD: 'secret',
      GRYPE_DB_CACHE_DIR: '/cache',
      HARBOR_PASSWORD: 'secret',
      DOCKER_CONFIG: '/home/ci/.docker',
    };
    await scanWithProgram({ ...scan, environment });
    const names = (): string[] =>
      readFileSync(`${calls}.env`, 'utf8')
        .split('\n')
        .map((line) => line.split('=')[0] ?? '')
        .filter(Boolean);
    // PWD, OLDPWD, SHLVL and _ are the shell's own.
    const known = [
      'DOCKER_CONFIG',
      'HOME',
      'HTTPS_PROXY',
      'OLDPWD',
      'PATH',
      'PWD',
      'SHLVL',
      'TRIVY_DB_REPOSITORY',
      '_',
    ];
    expect(known).toEqual(expect.arrayContaining(names()));
    expect(names()).toEqual(expect.arrayContaining(['HTTPS_PROXY', 'TRIVY_DB_REPOSITORY']));
    expect(readFileSync(`${calls}.env`, 'utf8')).toContain(`DOCKER_CONFIG=${work}\n`);
    await scanWithProgram({ ...scan, dockerConfig: '/run/login', plainHttp: true });
    expect(readFileSync(`${calls}.env`, 'utf8')).toContain('DOCKER_CONFIG=/run/login\n');
    expect(readFileSync(calls, 'utf8')).toMatch(/ --timeout 60s --insecure --platform /);
  });

  it('takes its word that there is no package in an image of a single program, and not in one of some system', async () => {
    const nothing = { Results: undefined, Metadata: { ImageID: config } };
    const single = standIn('trivy', trivyScript(trivyReport([], nothing)));
    expect(coverImage(await scanWithProgram(single.scan), single.scan.cover).vulnerabilities).toEqual([]);
    const system = { ...nothing, Metadata: { ImageID: config, OS: { Family: 'unheard-of', Name: '1' } } };
    const unknown = standIn('trivy', trivyScript(trivyReport([], system)));
    await expect(scanWithProgram(unknown.scan)).rejects.toMatchObject({ code: 'SCAN_FAILED' });
  });

  it('takes no report that it has not finished, is empty, or is about another image', async () => {
    const half = standIn('trivy', `printf '{"SchemaVersion": 2, "Results": ['`);
    await expect(scanWithProgram(half.scan)).rejects.toMatchObject({ code: 'SCAN_FAILED' });
    const empty = standIn('trivy', 'exit 0');
    await expect(scanWithProgram(empty.scan)).rejects.toMatchObject({ code: 'SCAN_FAILED' });
    const foreign = standIn('trivy', trivyScript(trivyReport([], { Metadata: { ImageID: digestOf('another') } })));
    const files = await scanWithProgram(foreign.scan);
    expect(() => coverImage(files, foreign.scan.cover)).toThrow(expect.objectContaining({ code: 'SCAN_FAILED' }));
  });

  it.each([
    [
      'FATAL GET https://ghcr.io/v2/aquasecurity/trivy-db/manifests/2: TOOMANYREQUESTS: retry-after: 1ms',
      'RATE_LIMITED',
      /TRIVY_DB_REPOSITORY/,
    ],
    [
      'FATAL run error: init error: DB error: failed to download vulnerability DB',
      'SCAN_FAILED',
      /TRIVY_SKIP_DB_UPDATE/,
    ],
    ['FATAL --skip-db-update cannot be specified on the first run', 'SCAN_FAILED', /TRIVY_CACHE_DIR/],
    [
      'FATAL unable to find the image: GET https://h/v2/: UNAUTHORIZED: unauthorized to access repository',
      'AUTH_DENIED',
      /pull/,
    ],
    [
      'tls: failed to verify certificate: x509: certificate signed by unknown authority',
      'TLS_UNTRUSTED',
      /SSL_CERT_FILE/,
    ],
    [
      'PROJECTPOLICYVIOLATION: current image with 3 vulnerabilities cannot be pulled due to configured policy',
      'PULL_REFUSED',
      /harbor/,
    ],
    ['dial tcp: lookup harbor.example.com: no such host', 'NETWORK_UNREACHABLE', /PROXY/],
    ['panic: something else', 'SCAN_FAILED', /by hand/],
  ])('says what is wrong when it fails: %s', async (line, code, hint) => {
    const { scan } = standIn('trivy', `echo "${line}" >&2\nprintf '{}'\nexit 1`);
    const message = expect.stringContaining(line);
    await expect(scanWithProgram(scan)).rejects.toMatchObject({ code, message, hint: expect.stringMatching(hint) });
  });

  it('says that it is not installed', async () => {
    const { scan } = standIn('grype', '');
    const missing = scanWithProgram({
      ...scan,
      program: 'trivy',
      environment: { PATH: scan.environment.PATH?.split(':')[0] },
    });
    await expect(missing).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringContaining('not installed'),
    });
  });
});

describe('a scan by a stand-in for Grype', () => {
  it('is read as its report is', async () => {
    const { scan, calls, work } = standIn('grype', printing(grypeReport([grypeMatch])));
    const [file] = await scanWithProgram({ ...scan, plainHttp: true });
    expect(file).toMatchObject({
      format: 'Grype',
      dataUpdatedAt: '2026-09-30T04:00:00.000Z',
      about: { digests: [config, manifest] },
    });
    expect(readFileSync(calls, 'utf8')).toBe(
      `--config ${join(work, 'empty.yaml')} --output json --platform linux/amd64 registry:harbor.example.com/shop/app@${manifest}\n`,
    );
    expect(readFileSync(`${calls}.env`, 'utf8')).toContain('GRYPE_REGISTRY_INSECURE_USE_HTTP=true');
  });

  it('is no verdict when its data are too old', async () => {
    const { scan } = standIn(
      'grype',
      'echo "db could not be loaded: the vulnerability database was built 2 weeks ago (max allowed age is 5 days)" >&2; exit 1',
    );
    await expect(scanWithProgram(scan)).rejects.toMatchObject({ code: 'SCAN_OUTDATED', exitCode: 8 });
  });
});

describe('a program that does not end', () => {
  const stubborn = "trap '' TERM; sleep 300 & wait; sleep 300";

  it('is ended when the time is over', async () => {
    const { scan } = standIn('trivy', 'sleep 300');
    await expect(scanWithProgram({ ...scan, timeoutSeconds: 0.2 })).rejects.toMatchObject({
      code: 'SCAN_UNFINISHED',
      exitCode: 8,
    });
  });

  it('is killed, with all that it has started, when it does not want to end', async () => {
    const { scan } = standIn('trivy', stubborn);
    // Waits of minutes and of seconds are short here.
    const clock = {
      now: () => new Date(),
      sleep: (_: number, signal?: AbortSignal) => delay(500, undefined, { signal }),
    };
    await expect(scanWithProgram({ ...scan, clock })).rejects.toMatchObject({ code: 'SCAN_UNFINISHED' });
    // It was waited for until nobody held its output any more.
  });

  it('is ended by the signal, whose reason is the error', async () => {
    const { scan } = standIn('trivy', 'sleep 300');
    const reason = new Error('interrupted');
    const stop = new AbortController();
    const run = scanWithProgram({ ...scan, signal: stop.signal });
    setTimeout(() => stop.abort(reason), 100);
    await expect(run).rejects.toBe(reason);
    await expect(scanWithProgram({ ...scan, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('is ended when it writes too much', async () => {
    const { scan, work } = standIn('trivy', 'while :; do echo 0123456789; done');
    const run = runScanner({
      program: 'trivy',
      args: [],
      environment: { PATH: scan.environment.PATH ?? '' },
      folder: work,
      outputFile: join(work, 'out'),
      outputLimitBytes: 100_000,
      timeoutSeconds: 60,
      clock: scan.clock,
    });
    await expect(run).rejects.toMatchObject({ code: 'CONTENT_HOSTILE' });
    expect(statSync(join(work, 'out')).size).toBeLessThanOrEqual(100_000);
  });
});
