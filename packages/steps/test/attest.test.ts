import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@harbor-pilot/core';
import { createHttp } from '@harbor-pilot/http';
import { isDigest } from '@harbor-pilot/oci';
import { createRegistry, type Registry } from '@harbor-pilot/registry';
import {
  findAttestations,
  generateKeyPair,
  keyPolicy,
  type ProvedAttestation,
  parsePublicKey,
  predicateTypes,
} from '@harbor-pilot/sign';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { attestStep, buildStep, pushStep, scanGateStep } from '../src/index.ts';
import { type Job, type RobotWorld, startRobotWorld } from './robot-world.ts';

let world: RobotWorld;
let registry: Registry;
let publicKeyPem: string;
let digest: string;

const given = (inputs: Readonly<Record<string, string>>): Record<string, string> => ({
  registry: world.host,
  'ca-certificate': world.caCertificate,
  ...world.administrator,
  image: 'shop/app',
  key: 'cosign.key',
  'key-password': 'pw',
  ...inputs,
});
const commit = 'a'.repeat(40);
const github = {
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'shop/app',
  GITHUB_SHA: commit,
  GITHUB_REF: 'refs/heads/main',
  GITHUB_RUN_ID: '7',
  GITHUB_WORKFLOW_REF: 'shop/app/.github/workflows/ci.yml@refs/heads/main',
};
const attest = (inputs: Readonly<Record<string, string>>): Promise<Job> =>
  world.run(attestStep, given(inputs), { ...world.job('github', github), run: { ci: 'github', commit } });

beforeAll(async () => {
  world = await startRobotWorld();
  const pair = await generateKeyPair('pw');
  publicKeyPem = pair.publicKeyPem;
  await writeFile(join(world.folder, 'cosign.key'), pair.privateKeyPem);
  await mkdir(join(world.folder, 'context'));
  await writeFile(join(world.folder, 'context/file'), 'content');
  await writeFile(join(world.folder, 'Dockerfile'), 'FROM scratch\nCOPY context/ /\n');
  const job = (): Job => ({ ...world.job('github', github), run: { ci: 'github', commit } });
  const built = await world.run(buildStep, given({ platforms: 'linux/amd64,linux/arm64' }), job());
  digest = built.outputs.digest ?? '';
  await world.run(pushStep, given({}), job());
  await world.run(scanGateStep, given({ 'fail-build': 'false' }), job()).catch(() => undefined);
  const http = createHttp({ trust: { [world.host]: { caCertificate: world.caCertificate } } });
  registry = createRegistry({ http, host: world.host, credentials: world.administrator });
}, 60_000);
afterAll(() => world.close());

async function attestationsOf(subject: string, type: string): Promise<readonly ProvedAttestation[]> {
  if (!isDigest(subject)) throw new Error(`no digest: ${subject}`);
  const policy = keyPolicy(parsePublicKey(publicKeyPem));
  const expectedReference = `${world.host}/shop/app`;
  const place = { registry, repository: 'shop/app', digest: subject, policy, expectedReference, clock: systemClock };
  const found = await Array.fromAsync(findAttestations(place, type));
  return found.filter((one): one is ProvedAttestation => 'proof' in one);
}

const attestedDigests = ({ outputs }: Job): readonly string[] =>
  (outputs.attestations ?? '').split('\n').map((line) => line.split(' ')[0] ?? '');

describe('the step attest', () => {
  it.each([
    [
      'slsaprovenance1',
      { 'runDetails.metadata.invocationId': expect.stringMatching(/actions\/runs\/7\/attempts\/1$/) },
    ],
    ['vsa', { verificationResult: expect.stringMatching(/^(PASSED|FAILED)$/) }],
    ['vuln', { 'scanner.result.platforms': ['linux/amd64', 'linux/arm64'] }],
  ] as const)('makes %s of what it knows, once', async (type, fields) => {
    const first = await attest({ type });
    const [only, ...others] = await attestationsOf(digest, predicateTypes[type]);
    for (const [path, value] of Object.entries(fields)) expect(only?.predicate).toHaveProperty(path.split('.'), value);
    expect(others).toEqual([]);
    expect(first.outputs).toMatchObject({ digest, format: 'bundle', 'predicate-type': predicateTypes[type] });
    expect(first.lines.join('\n')).not.toMatch(/warning/);
    const second = await attest({ type });
    expect(second.outputs).toEqual(first.outputs);
    expect(second.lines.join('\n')).toMatch(/in an earlier run/);
    expect(await attestationsOf(digest, predicateTypes[type])).toHaveLength(1);
  });

  it('attests of each image of an index its own report, when it is to', async () => {
    const job = await attest({ type: 'vuln', recursive: 'true', format: 'classic' });
    const digests = attestedDigests(job);
    expect(digests).toHaveLength(3);
    for (const one of digests) {
      const found = await attestationsOf(one, predicateTypes.vuln);
      expect(found.find(({ format }) => format === 'classic')?.predicate).toHaveProperty('scanner.result.digest', one);
    }
  });

  it('takes the verdict of a report of the gate, of this digest alone', async () => {
    const report = {
      schemaVersion: 1,
      image: 'x',
      digest,
      verdict: 'refused',
      judgedAt: '2027-01-01T00:00:00.000Z',
      policy: ['a rule'],
      vulnerabilities: [],
    };
    await writeFile(join(world.folder, 'gate.json'), JSON.stringify(report));
    await attest({ type: 'vsa', predicate: 'gate.json' });
    const found = await attestationsOf(digest, predicateTypes.vsa);
    expect(found.map(({ predicate }) => predicate.timeVerified)).toContain(report.judgedAt);
    await writeFile(join(world.folder, 'gate.json'), JSON.stringify({ ...report, digest: `sha256:${'0'.repeat(64)}` }));
    await expect(attest({ type: 'vsa', predicate: 'gate.json' })).rejects.toMatchObject({ code: 'RECORD_MISMATCH' });
  });

  it('attests a bill of materials of the image that it names', async () => {
    const all = attestedDigests(
      await attest({ type: 'https://example.com/any/v1', predicate: await file({ a: 1 }), recursive: 'true' }),
    );
    const [child = ''] = all;
    const sbom = (version: string): object => ({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      metadata: { component: { type: 'container', version } },
    });
    await expect(attest({ type: 'cyclonedx', predicate: await file(sbom(child)) })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: `predicate.json is about ${child}, not about ${digest}`,
    });
    expect(
      attestedDigests(await attest({ type: 'cyclonedx', predicate: await file(sbom(child)), recursive: 'true' })),
    ).toEqual([child]);
    expect(attestedDigests(await attest({ type: 'cyclonedx', predicate: await file(sbom('1.0')) }))).toEqual([digest]);
  });

  it('attests as one’s own what is otherwise made into something else', async () => {
    const report = { schemaVersion: 1, judgedAt: 'x', vulnerabilities: [] };
    const type = 'https://example.com/gate/v1';
    await attest({ type, predicate: await file(report) });
    expect(await attestationsOf(digest, type)).toMatchObject([{ predicate: report }]);
  });

  it.each([
    ['no file for a type that needs one', { type: 'cyclonedx' }, 'INPUT_INVALID', /"predicate" is missing/],
    ['a file that is not there', { type: 'cyclonedx', predicate: 'none.json' }, 'FILE_UNREADABLE', /none\.json/],
    ['a file that is no JSON', { type: 'cyclonedx', predicate: 'Dockerfile' }, 'INPUT_INVALID', /no JSON/],
    ['a file of another kind', { type: 'spdxjson', predicate: 'harbor-pilot.json' }, 'INPUT_INVALID', /SPDX/],
    ['a type that nobody knows', { type: 'cyclone' }, 'INPUT_INVALID', /neither a name that is known nor a URI/],
    ['the type of signatures', { type: 'https://sigstore.dev/cosign/sign/v1' }, 'INPUT_INVALID', /that of signatures/],
    ['no verdict', { type: 'vsa', record: 'none.json' }, 'INPUT_INVALID', /no verdict of the gate/],
  ])('refuses %s, before anything is pushed', async (_, inputs, code, message) => {
    const run = attest({ image: `shop/app@${digest}`, ...inputs } as Record<string, string>);
    await expect(run).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

async function file(document: object): Promise<string> {
  await writeFile(join(world.folder, 'predicate.json'), JSON.stringify(document));
  return 'predicate.json';
}
