import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HarborUnderTest, image, indexOf, part } from './harbor-client.ts';

const reportType = 'application/vnd.security.vulnerability.report; version=1.1';

let world: HarborUnderTest;

beforeAll(async () => {
  world = await HarborUnderTest.start();
  await world.project('acme');
});
afterAll(() => world.end());

/** The overview of a scan that has ended. */
async function scan(artifact: string) {
  await world.send('POST', `${artifact}/scan`);
  for (;;) {
    const { json } = await world.send('GET', `${artifact}?with_scan_overview=true`);
    const overview = json.scan_overview?.[reportType];
    if (['Success', 'Error'].includes(overview?.scan_status)) return overview;
  }
}

describe('what real Harbors were seen to do', () => {
  it('leaves attestations of build tools beside an image out of its scan', async () => {
    const child = image('child');
    const statement = part('{"_type":"https://in-toto.io/Statement/v0.1"}', 'application/vnd.in-toto+json');
    const json = JSON.parse(image('attestation').manifest.bytes.toString());
    const { digest, size, mediaType } = statement;
    const attestation = part(JSON.stringify({ ...json, layers: [{ digest, size, mediaType }] }), json.mediaType);
    await world.push('acme/multi', undefined, child.manifest, child.blobs);
    await world.push('acme/multi', undefined, attestation, [...image('attestation').blobs, statement]);
    await world.push('acme/multi', 'v1', indexOf([child.manifest, attestation]), []);
    world.harbor.control.scriptScan({ repository: 'acme/multi', vulnerabilities: [] });
    const artifacts = '/projects/acme/repositories/multi/artifacts';
    expect(await scan(`${artifacts}/v1`)).toMatchObject({ complete_percent: 100 });
    const answer = await world.send('GET', `${artifacts}/${attestation.digest}?with_scan_overview=true`);
    expect(answer.json.scan_overview).toBeUndefined();
    expect((await world.send('POST', `${artifacts}/${attestation.digest}/scan`)).status).toBe(400);
    await world.send('PUT', '/projects/acme', { metadata: { prevent_vul: 'true' } });
    expect((await world.pull('acme/multi', attestation.digest)).json.errors[0].message).toContain(
      'without vulnerability',
    );
    await world.send('PUT', '/projects/acme', { metadata: { prevent_vul: 'false' } });
  });

  it('counts the pulls of scanners', async () => {
    await world.pushImage('acme/counted', 'v1');
    await scan('/projects/acme/repositories/counted/artifacts/v1');
    const { json } = await world.send('GET', '/projects/acme/repositories/counted');
    expect(json.pull_count).toBe(1);
    const { json: events } = await world.send('GET', '/projects/acme/auditlog-exts?q=operation%3Dpull');
    expect(events[0].username).toMatch(/^robot\$acme\+\S{8}-Harbor Pilot-[0-9a-f-]{36}$/);
  });

  it('shows what an image would do, and only what says something', async () => {
    const { manifest, blobs } = image('plain');
    const config = part(JSON.stringify({ os: 'linux', config: { Cmd: ['/app'], Labels: {}, Hostname: 'x' } }));
    const json = JSON.parse(manifest.bytes.toString());
    const changed = { ...json, config: { ...json.config, digest: config.digest, size: config.size } };
    await world.push('acme/plain', 'v1', part(JSON.stringify(changed), json.mediaType), [...blobs, config]);
    const answer = await world.send('GET', '/projects/acme/repositories/plain/artifacts/v1');
    expect(answer.json.extra_attrs).toEqual({
      architecture: '',
      author: '',
      config: { Cmd: ['/app'] },
      created: null,
      os: 'linux',
    });
    expect(answer.json.addition_links.sboms.href).toMatch('/artifacts//additions/sbom');
  });

  it('lists robots by name, and quotas without a limit as the largest', async () => {
    for (const name of ['b', 'a']) await world.robot('acme', 'repository:pull', { name });
    const id = (await world.send('GET', '/projects/acme')).json.project_id;
    const robots = await world.send('GET', `/robots?q=Level%3Dproject,ProjectID%3D${id}`);
    expect(robots.json.map(({ name }: { name: string }) => name)).toEqual(['robot$acme+a', 'robot$acme+b']);
    await world.project('small', {}, { storage_limit: 1000 });
    const { json } = await world.send('GET', '/quotas?sort=-hard.storage');
    expect(json.at(-1).ref.name).toBe('small');
  });

  it('tells administrators of projects what concerns projects, and nobody else what can be permitted', async () => {
    const users = [];
    for (const username of ['owner', 'stranger']) {
      const password = 'Harbor12345';
      await world.send('POST', '/users', { username, password, email: `${username}@x.test`, realname: username });
      users.push({ username, password });
    }
    await world.send('POST', '/projects/acme/members', { role_id: 1, member_user: { username: 'owner' } });
    const answers = await Promise.all(users.map((as) => world.send('GET', '/permissions', undefined, { as })));
    expect(answers.map(({ status, json }) => [status, Object.keys(json)])).toEqual([
      [200, ['project']],
      [403, ['errors']],
    ]);
  });

  it('knows an upload by its latest address alone, and keeps it', async () => {
    const { headers } = await world.send('POST', '/v2/acme/app/blobs/uploads/');
    const first = String(headers.location);
    const appended = await world.send('PATCH', first, Buffer.from('abc'), { type: 'application/octet-stream' });
    const fault = { code: 'BLOB_UPLOAD_INVALID', message: 'blob upload invalid' };
    expect((await world.send('GET', first)).json.errors).toEqual([fault]);
    expect((await world.send('GET', first.replace(/\?.*/, ''))).json.errors).toEqual([{ ...fault, detail: {} }]);
    expect((await world.send('GET', String(appended.headers.location))).status).toBe(204);
  });

  it('has an empty list of allowed vulnerabilities, and says which API it speaks', async () => {
    expect((await world.send('GET', '/system/CVEAllowlist')).json).toMatchObject({ items: [] });
    expect((await world.send('GET', `${world.harbor.url}/api/version`)).json).toEqual({ version: 'v2.0' });
  });
});
