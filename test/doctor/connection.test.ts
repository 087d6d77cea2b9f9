import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Authority, createAuthority, type Issue } from '../../packages/http/test/servers.ts';
import { createRobot, type DoctorWorld, type Examined, project, startDoctorWorld } from './doctor-world.ts';
import { openTlsFront } from './tls-front.ts';

let world: DoctorWorld;
let authority: Authority;
let secrets: string[];
beforeAll(async () => {
  world = await startDoctorWorld();
  authority = await createAuthority('Acme Root');
  secrets = ['canary-pässword', 'canary-p%C3%A4ssword', world.robot.secret];
}, 30_000);
afterAll(async () => world?.[Symbol.asyncDispose]());

const asRobot = () => ({ HARBOR_PILOT_USERNAME: world.robot.name, HARBOR_PILOT_PASSWORD: world.robot.secret });

/** That one check is the first to fail, that all before it are well, and that no secret is anywhere. */
function expectCause({ result, found, exitCode, traces }: Examined, id: string, code: string, ends: number): void {
  const index = found.checks.findIndex(({ status }) => status === 'failed');
  expect({ cause: found.checks[index]?.id, code: result.error?.code, exitCode }).toEqual({
    cause: id,
    code,
    exitCode: ends,
  });
  expect(result.outputs).toMatchObject({ cause: id, report: '.harbor-pilot/doctor' });
  expect(found.checks.slice(0, index).filter(({ status }) => status !== 'ok')).toEqual([]);
  expect(found.checks[index]?.advice).toBeTruthy();
  for (const secret of secrets) expect(traces).not.toContain(secret);
}

/** Examines Harbor through a door with a certificate of its own. */
async function examineFront(issue: Issue, demands: object = {}, issuer = authority): Promise<Examined> {
  const identity = await issuer.issue(issue);
  await using front = await openTlsFront(world.dev.host, { ...identity, ...demands });
  return await world.examine(['--registry', front.host, '--ca-certificate', authority.pem], asRobot());
}

describe('harbor-pilot doctor', () => {
  it('finds nothing wrong', async () => {
    const { exitCode, result, found, log, traces } = await world.examine(['--image', `${project}/hello`], asRobot());
    expect(found.checks.filter(({ status }) => status === 'failed')).toEqual([]);
    expect({ exitCode, failed: result.outputs.failed, error: result.error }).toEqual({ exitCode: 0, failed: '0' });
    expect(found).toMatchObject({ host: world.dev.host, repository: `${project}/hello`, username: world.robot.name });
    expect(log).toContain('TLS\n  ✓ TLS and certificates: the certificate of 127.0.0.1');
    expect(log).toContain(`  ✓ credentials: ${world.dev.host} accepts ${world.robot.name}\n`);
    expect(log).toMatch(/\n\d+ ok, 0 warnings, 0 failed, \d+ skipped\n/);
    for (const secret of secrets) expect(traces).not.toContain(secret);
  });

  it('ends well when there are only warnings', async () => {
    const { exitCode, result, log } = await world.examine(['--registry', world.dev.host, '--insecure'], asRobot());
    expect({ exitCode, failed: result.outputs.failed }).toEqual({ exitCode: 0, failed: '0' });
    expect(Number(result.outputs.warnings)).toBeGreaterThan(0);
    expect(log).toContain('  ! TLS and certificates: nothing is checked, as the input "insecure" says');
  });

  it('needs a registry, and a password for a user', async () => {
    await expect(world.examine(['--registry', ''])).rejects.toThrow('the input "registry" is missing');
    await expect(world.examine(['--username', 'me'])).rejects.toThrow('there is no password of me');
  });
});

describe('a way that is broken', () => {
  it('before the host: its name is not known', async () => {
    const examined = await world.examine(['--registry', 'harbor.invalid'], asRobot());
    expectCause(examined, 'dns', 'NETWORK_UNREACHABLE', 4);
    expect(examined.log).toContain('✗ name resolution: harbor.invalid cannot be looked up');
  });

  it('at the port: it is closed', async () => {
    const server = createTcpServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const examined = await world.examine(['--registry', `127.0.0.1:${port}`], asRobot());
    expectCause(examined, 'tcp', 'NETWORK_UNREACHABLE', 4);
    expect(examined.log).toContain(`✗ TCP connection: port ${port} of 127.0.0.1 is closed`);
  });

  it.each([
    [407, 'does not take the user name and the password in HTTPS_PROXY'],
    [403, 'Its rules do not allow'],
  ])('at the proxy: it answers %i', async (status, advice) => {
    const proxy = createServer().on('connect', (_, socket) => {
      socket.on('error', () => undefined).end(`HTTP/1.1 ${status} No\r\n\r\n`);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const address = `http://me:canary-p%C3%A4ssword@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const examined = await world.examine([], { ...asRobot(), HTTPS_PROXY: address });
    proxy.close();
    expectCause(examined, 'proxy', 'NETWORK_UNREACHABLE', 4);
    expect(examined.log).toContain(`does not let us through to ${world.dev.host}: it answers ${status}`);
    expect(examined.log).toContain(advice);
  });

  it('at the certificate: nobody knows its authority', async () => {
    const examined = await world.examine(['--registry', world.dev.host], asRobot());
    expectCause(examined, 'tls', 'TLS_UNTRUSTED', 4);
    expect(examined.log).toContain(
      '"CN=Harbor Pilot embedded Harbor CA", its issuer, is neither sent by the server nor',
    );
  });

  it.each<[string, Issue, string]>([
    ['it has expired', { daysLeft: -3 }, 'it has expired; it was valid until'],
    ['it is for another host', { names: ['harbor.test'] }, 'other names than 127.0.0.1; it names DNS:harbor.test'],
  ])('at the certificate: %s', async (_, issue, text) => {
    const examined = await examineFront(issue);
    expectCause(examined, 'tls', 'TLS_UNTRUSTED', 4);
    expect(examined.log).toContain(text);
    expect(examined.log).toContain('certificate 1: "CN=server"; issuer "CN=Acme Root"; valid from');
  });

  it('at the certificate: its intermediate is missing', async () => {
    const examined = await examineFront({}, {}, await authority.delegate('Acme Issuing CA'));
    expectCause(examined, 'tls', 'TLS_UNTRUSTED', 4);
    expect(examined.log).toContain('the chain is incomplete: "CN=Acme Issuing CA", its issuer');
  });

  it('at the handshake: a client certificate is missing', async () => {
    const examined = await examineFront({}, { requestCert: true, ca: authority.pem });
    expectCause(examined, 'tls', 'TLS_UNTRUSTED', 4);
    expect(examined.log).toContain('requires a client certificate, and none was given');
  });

  it('at the login: the password is wrong', async () => {
    const account = { HARBOR_PILOT_USERNAME: 'admin', HARBOR_PILOT_PASSWORD: 'canary-pässword' };
    const examined = await world.examine([], account);
    expectCause(examined, 'login', 'AUTH_FAILED', 3);
    expect(examined.log).toContain('the credentials of admin were refused');
  });

  it('at the login: the robot account is disabled', async () => {
    const robot = await createRobot(world.harbor, 'disabled');
    await world.disable(robot);
    secrets.push(robot.secret);
    const account = { HARBOR_PILOT_USERNAME: robot.name, HARBOR_PILOT_PASSWORD: robot.secret };
    const examined = await world.examine(['--image', `${project}/hello`], account);
    expectCause(examined, 'login', 'ROBOT_REFUSED', 3);
    expect(examined.log).toContain('See in Harbor (Robot Accounts) whether it is disabled or has expired');
  });
});
