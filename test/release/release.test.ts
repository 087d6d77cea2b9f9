import { appendFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Runtime } from '@harbor-pilot/step-kit';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openShop, plantAdvisory, type Shop } from './shop.ts';

describe('a release', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop();
  });
  afterEach(() => shop.close());
  const change = (): Promise<void> => appendFile(join(shop.workspace, 'Dockerfile'), 'LABEL changed=yes\n');

  const makeImmutable = (pattern: string): Promise<void> =>
    shop.send('POST', '/projects/shop/immutabletagrules', {
      tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern }],
      scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
      action: 'immutable',
      template: 'immutable_template',
    });

  it('builds, pushes, signs, gates and tags one digest; then the quarantine tag goes', async () => {
    const { outputs } = await shop.run('release', { tags: '1.0.0,latest' });
    const record = await shop.record();
    const descriptor = await shop.registry.resolve('shop/app', '1.0.0');
    expect(outputs).toMatchObject({
      digest: descriptor.digest,
      verdict: 'passed',
      reference: `${shop.harbor.host}/shop/app@${descriptor.digest}`,
    });
    expect(record).toMatchObject({
      schemaVersion: 1,
      digest: descriptor.digest,
      outcome: 'released',
      tags: ['1.0.0', 'latest'],
    });
    expect(record.signature?.signed).toHaveLength(3);
    expect(record.signature?.acceptedByHarbor).toBe(true);
    expect(await shop.tags()).toEqual(['1.0.0', 'latest']);
    expect(await readFile(join(shop.workspace, 'harbor-pilot.html'), 'utf8')).toContain(descriptor.digest);
  });

  it('can be run again: nothing is pushed or signed twice, and the digest stays', async () => {
    const first = await shop.run('release', { tags: '1.0.0' });
    const signed = (await shop.record()).signature?.signed;
    const second = await shop.run('release', { tags: '1.0.0' });
    expect(second.outputs.digest).toBe(first.outputs.digest);
    expect(await shop.record()).toMatchObject({ push: { pushedBlobs: 0 }, outcome: 'released' });
    expect((await shop.record()).signature?.signed).toEqual(signed);
    expect(await shop.tags()).toEqual(['1.0.0']);
  });

  it('gives the same digest again when all that it writes lies in the build context', async () => {
    await writeFile(join(shop.workspace, 'Dockerfile'), 'FROM scratch\nCOPY . /app/\n');
    const inputs = { tags: '1.0.0', 'gate-reports': 'reports', report: 'r.html', record: 'r.json' };
    const first = await shop.run('release', inputs);
    expect((await shop.run('release', inputs)).outputs.digest).toBe(first.outputs.digest);
  });

  it('can run twice at once: both end with the same digest', async () => {
    const [one, other] = await Promise.all(
      ['one', 'other'].map(async (name) => {
        const temporary = join(shop.workspace, name);
        await mkdir(temporary);
        const inputs = {
          tags: '1.0.0',
          record: `${name}.json`,
          report: `${name}.html`,
          'gate-reports': `${name}-gate`,
        };
        return shop.run('release', inputs, {}, { temporaryFolder: async () => temporary });
      }),
    );
    expect(other?.outputs.digest).toBe(one?.outputs.digest);
    expect(await shop.tags()).toEqual(['1.0.0']);
  });

  it('that the gate refuses moves no tag, and says what to upgrade', async () => {
    await shop.run('release', { tags: '1.0.0,latest' });
    const before = await shop.registry.resolve('shop/app', 'latest');
    await plantAdvisory(shop);
    await change();
    const outputs: Record<string, unknown> = {};
    const setOutput: Runtime['setOutput'] = (name, value) => {
      outputs[name] = value;
    };
    await expect(shop.run('release', { tags: '1.1.0,latest' }, {}, { setOutput })).rejects.toMatchObject({
      code: 'GATE_REFUSED',
      exitCode: 5,
      hint: expect.stringContaining('ms to 2.1.4'),
    });
    expect(outputs).toMatchObject({ verdict: 'refused', record: 'harbor-pilot.json', report: 'harbor-pilot.html' });
    const record = await shop.record();
    expect(record).toMatchObject({ outcome: 'refused', gate: { verdict: 'refused', counts: { High: 1 } } });
    expect(record).not.toHaveProperty('tags');
    expect(record).not.toHaveProperty('rollout');
    expect(await readFile(join(shop.workspace, '.harbor-pilot/gate/gate-report.sarif'), 'utf8')).toContain(
      'DEMO-2026-0001',
    );
    expect(await shop.tags()).toEqual(['1.0.0', 'latest', record.push?.quarantineTag]);
    expect((await shop.registry.resolve('shop/app', 'latest')).digest).toBe(before.digest);
  });

  it('is only warned of a refused gate with fail-build: false', async () => {
    await plantAdvisory(shop);
    const { lines } = await shop.run('release', { tags: '1.0.0', 'fail-build': 'false' });
    expect(lines.join('\n')).toMatch(/warning: the scan gate refused the image: .*fail-build is false/);
    expect(await shop.record()).toMatchObject({ outcome: 'released', gate: { verdict: 'refused' } });
  });

  it('signs nothing after a gate that refused, even where the build goes on', async () => {
    await plantAdvisory(shop);
    const { lines } = await shop.run('release', { tags: '1.0.0', 'fail-build': 'false', 'sign-when': 'after-gate' });
    expect(lines.join('\n')).toContain('warning: the image is not signed');
    expect(await shop.record()).not.toHaveProperty('signature');
  });

  it('says which tags were moved when a later one is refused', async () => {
    await shop.run('release', { tags: 'latest' });
    await change();
    // Not before the release has looked.
    const group = async <T>(title: string, body: () => Promise<T>): Promise<T> => {
      if (title.startsWith('Tag ')) await makeImmutable('latest');
      return body();
    };
    const failing = shop.run('release', { tags: 'latest,1.1.0' }, {}, { group });
    await expect(failing).rejects.toMatchObject({ code: 'TAG_IMMUTABLE' });
    expect(await shop.record()).toMatchObject({ outcome: 'failed', tags: ['1.1.0'] });
  });

  it('says of every tag that it has set, also when it is interrupted meanwhile', async () => {
    const controller = new AbortController();
    const told: string[] = [];
    const running = shop
      .run('release', { tags: '1.0.0,latest' }, {}, { signal: controller.signal, warn: (line) => told.push(line) })
      .catch((error: unknown) => error);
    while (!(await shop.tags()).includes('1.0.0'));
    controller.abort(new Error('stop'));
    await running;
    const { tags = [] } = await shop.record();
    const set = (await shop.tags()).filter((tag) => !tag.startsWith('pilot-') && !tags.includes(tag));
    for (const tag of set)
      expect(told).toContain(`the tag ${tag} may be set: it was on its way when the release ended`);
  });

  it('finds out before it builds what cannot be written, and never lets that hide why it failed', async () => {
    await expect(shop.run('release', { tags: '1.0.0', report: 'nowhere/r.html' })).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
      exitCode: 2,
    });
    expect(await shop.tags()).toEqual([]);
  });

  it('signs before the gate, or after it, when the signature shall mean that the image passed', async () => {
    await plantAdvisory(shop);
    const refused = { code: 'GATE_REFUSED' };
    await expect(shop.run('release', { tags: '1.0.0' })).rejects.toMatchObject(refused);
    const { digest } = await shop.record();
    expect(await shop.api.accessories('shop', 'app', digest)).toHaveLength(1);
    await change();
    await expect(shop.run('release', { tags: '1.0.0', 'sign-when': 'after-gate' })).rejects.toMatchObject(refused);
    const unsigned = await shop.record();
    expect(unsigned).not.toHaveProperty('signature');
    expect(await shop.api.accessories('shop', 'app', unsigned.digest)).toEqual([]);
  });

  it('to an immutable tag succeeds with the same digest, and changes nothing with another', async () => {
    await shop.run('release', { tags: '1.0.0' });
    await makeImmutable('1.*');
    await shop.run('release', { tags: '1.0.0' });
    const before = await shop.registry.resolve('shop/app', '1.0.0');
    await change();
    await expect(shop.run('release', { tags: '1.0.0' })).rejects.toMatchObject({ code: 'TAG_IMMUTABLE', exitCode: 7 });
    expect((await shop.registry.resolve('shop/app', '1.0.0')).digest).toBe(before.digest);
  });
});

describe('a release into a strict project', () => {
  it('passes policies that block unsigned, unscanned and vulnerable images', async () => {
    const shop = await openShop({ enable_content_trust_cosign: 'true', prevent_vul: 'true', severity: 'high' });
    try {
      await shop.run('release', { tags: '1.0.0' });
      await shop.run('release', { tags: '1.0.0' });
      expect(await shop.record()).toMatchObject({ outcome: 'released', signature: { acceptedByHarbor: true } });
    } finally {
      await shop.close();
    }
  });
});

describe('single steps', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop();
  });
  afterEach(() => shop.close());

  it('hand the digest on by the record, and end where a release ends', async () => {
    const built = await shop.run('build');
    const pushed = await shop.run('push');
    await shop.run('sign');
    const gated = await shop.run('scan-gate');
    const tagged = await shop.run('push', { tags: '1.0.0' });
    const verified = await shop.run('verify', { digest: pushed.outputs.digest ?? '' });
    const digests = [built, pushed, gated, tagged, verified].map(({ outputs }) => outputs.digest);
    expect(new Set(digests).size).toBe(1);
    expect(await shop.record()).toMatchObject({
      digest: built.outputs.digest,
      gate: { verdict: 'passed' },
      signature: { format: 'bundle' },
    });
  });

  it('take the digest that a tag has now, and say so', async () => {
    await shop.run('build', { record: 'other.json' });
    const { outputs } = await shop.run('push', { tags: '1.0.0', record: 'other.json' });
    const { lines, outputs: gated } = await shop.run('scan-gate', { image: 'shop/app:1.0.0', record: 'third.json' });
    expect([gated.digest, lines.join('\n')]).toEqual([
      outputs.digest,
      expect.stringContaining(`1.0.0 is ${outputs.digest}`),
    ]);
  });

  it('refuse a record that is about another digest than the tag or the input', async () => {
    await shop.run('build');
    const first = await shop.run('push', { tags: '1.0.0' });
    await appendFile(join(shop.workspace, 'Dockerfile'), 'LABEL changed=yes\n');
    await shop.run('build');
    await shop.run('push', { tags: '2.0.0' });
    const mismatch = { code: 'RECORD_MISMATCH', exitCode: 2 };
    await expect(shop.run('sign', { image: 'shop/app:1.0.0' })).rejects.toMatchObject(mismatch);
    await expect(shop.run('scan-gate', { digest: first.outputs.digest ?? '' })).rejects.toMatchObject(mismatch);
    const { outputs } = await shop.run('sign', { image: 'shop/app:1.0.0', record: 'other.json' });
    expect(outputs.digest).toBe(first.outputs.digest);
  });

  it('push no other image than the one that is named', async () => {
    await shop.run('build');
    const image = `shop/app@sha256:${'0'.repeat(64)}`;
    await expect(shop.run('push', { image, tags: '2.0.0' })).rejects.toMatchObject({ code: 'RECORD_MISMATCH' });
    expect(await shop.tags()).toEqual([]);
  });

  it('never send the credentials of one host to another', async () => {
    await expect(shop.run('verify', { image: '127.0.0.1:1/shop/app:1' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('names another host'),
    });
  });

  it('keep what else is in a Docker configuration', async () => {
    await mkdir(join(shop.workspace, 'docker'), { mode: 0o755 });
    const path = join(shop.workspace, 'docker/config.json');
    await writeFile(path, JSON.stringify({ auths: { 'other.example.com': { auth: 'eDp5' } }, credsStore: 'desktop' }));
    await shop.run('login', { 'docker-config': 'docker' });
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
      auths: { 'other.example.com': { auth: 'eDp5' }, [shop.harbor.host]: {} },
      credsStore: 'desktop',
      credHelpers: { [shop.harbor.host]: '' },
    });
    expect((await stat(join(shop.workspace, 'docker'))).mode & 0o777).toBe(0o755);
  });

  it('log in to the registry of an image', async () => {
    const { outputs } = await shop.run('login', { registry: '', image: `${shop.harbor.host}/shop/app:1.0.0` });
    expect(outputs.registry).toBe(shop.harbor.host);
  });

  it('keep a login where a folder is named, for nobody else to read', async () => {
    const { outputs } = await shop.run('login', { 'docker-config': 'docker' });
    expect(outputs['docker-config']).toBe(join(shop.workspace, 'docker'));
    const config: unknown = JSON.parse(await readFile(join(shop.workspace, 'docker/config.json'), 'utf8'));
    expect(config).toHaveProperty(['auths', shop.harbor.host, 'auth']);
  });

  it('never take an unsigned image for a verified one', async () => {
    await shop.run('build');
    await shop.run('push');
    await expect(shop.run('verify')).rejects.toMatchObject({ code: 'SIGNATURE_MISSING', exitCode: 5 });
  });
});
