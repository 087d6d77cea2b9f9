import { expect, it } from '@jest/globals';
import type { PushedImage } from '../../packages/gate/test/harbor-world.ts';
import type { SigningStage } from './signing-stage.ts';

type Stage = () => SigningStage;

const signedOnly = { enable_content_trust_cosign: 'true' };
const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** What must hold for signatures at any Harbor of version 2.12 or later. */
export function itSignsAtHarbor(stage: Stage): void {
  itIsRecognised(stage);
  itReadsWhatIsBlocked(stage);
  itSignsChildren(stage);
  itMeetsImmutableTags(stage);
}

async function pushIndex({ world }: SigningStage, metadata?: Readonly<Record<string, string>>): Promise<PushedImage> {
  return world.push(await world.project(metadata), 'index');
}

/** Which digests of an image anybody can pull, the index first. */
async function pullable({ world, digestsOf }: SigningStage, image: PushedImage): Promise<readonly boolean[]> {
  return Promise.all(digestsOf(image).map((digest) => world.isPullable(image, digest)));
}

/** A policy takes only the form that the version of Harbor knows. */
function itIsRecognised(stage: Stage): void {
  it('signs in the form that is recognised, so that everybody can pull', async () => {
    const index = await pushIndex(stage(), signedOnly);
    expect(await pullable(stage(), index)).toEqual([false, false, false]);
    const { outputs, lines } = await stage().run('sign', index);
    expect(outputs).toMatchObject({ digest: index.digest, format: stage().format });
    expect(outputs.signatures?.split('\n')).toHaveLength(3);
    expect(lines.join('\n')).toMatch(/3 digests signed .*accepted by Harbor v/);
    expect(await pullable(stage(), index)).toEqual([true, true, true]);
    for (const digest of stage().digestsOf(index)) {
      expect(await stage().accessoryTypes(index, digest)).toEqual(['signature.cosign']);
    }
    expect((await stage().run('verify', index)).outputs.digest).toBe(index.digest);
  });

  it.each(['classic', 'both'])('is recognised in the form "%s" by every version', async (format) => {
    const index = await pushIndex(stage(), signedOnly);
    expect((await stage().run('sign', index, { format })).outputs.format).toBe(format);
    expect(await pullable(stage(), index)).toEqual([true, true, true]);
  });

  it('tells when the form that is asked for is not recognised', async () => {
    const index = await pushIndex(stage(), signedOnly);
    const signing = stage().run('sign', index, { format: 'bundle' });
    if (stage().format === 'bundle') return void (await signing);
    await expect(signing).rejects.toMatchObject({
      code: 'SIGNATURE_NOT_ACCEPTED',
      message: expect.stringMatching(/lists it as "subject.accessory"/) as unknown,
      hint: expect.stringContaining('"classic"') as unknown,
    });
    expect(await pullable(stage(), index)).toEqual([false, false, false]);
  });

  it('takes no attestation for a signature, although Harbor may', async () => {
    const image = await stage().world.push(await stage().world.project(signedOnly));
    await stage().world.attach(image, bundleType);
    expect(await pullable(stage(), image)).toEqual([stage().format === 'bundle']);
    await expect(stage().run('verify', image)).rejects.toMatchObject({
      code: expect.stringMatching(/^SIGNATURE_(MISSING|INVALID)$/) as unknown,
    });
  });
}

/** Harbor gives a blocked image only to a Bearer token that may push, and a User-Agent with "cosign" in it. */
function itReadsWhatIsBlocked(stage: Stage): void {
  it('signs and verifies what its project gives out neither unsigned nor unscanned', async () => {
    const index = await pushIndex(stage(), { ...signedOnly, prevent_vul: 'true', severity: 'low' });
    const { lines } = await stage().run('sign', index);
    expect(await pullable(stage(), index)).toEqual([false, false, false]);
    expect(lines.filter((line) => line.includes('not for its signature'))).toHaveLength(3);
    await stage().run('verify', index);
  });

  it('tells that the policy wants a signature of Notation, too', async () => {
    const image = await stage().world.push(await stage().world.project({ enable_content_trust: 'true' }));
    await expect(stage().run('sign', image)).rejects.toMatchObject({
      code: 'SIGNATURE_NOT_ACCEPTED',
      hint: expect.stringContaining('notation sign') as unknown,
    });
  });
}

/** The policy looks for the signature of exactly what is pulled. */
function itSignsChildren(stage: Stage): void {
  it('leaves the images of an index blocked when only the index is to be signed', async () => {
    const index = await pushIndex(stage(), signedOnly);
    const { outputs, lines } = await stage().run('sign', index, { recursive: 'false' });
    expect(outputs.signatures).toMatch(new RegExp(`^${index.digest} sha256:[0-9a-f]{64}$`));
    expect(lines).toContainEqual(expect.stringMatching(/^warning: the images of the index are not signed/));
    expect(await pullable(stage(), index)).toEqual([true, false, false]);
    await stage().run('sign', index);
    expect(await pullable(stage(), index)).toEqual([true, true, true]);
  });

  it('adds nothing when it signs again, but the signature of another key, and other texts', async () => {
    const index = await pushIndex(stage());
    const { outputs } = await stage().run('sign', index);
    expect((await stage().run('sign', index)).outputs).toEqual(outputs);
    await stage().run('sign', index, { key: 'theirs.key', annotations: 'stage=test' });
    for (const key of ['ours.pub', 'theirs.pub']) await stage().run('verify', index, { 'public-key': key });
    await stage().run('verify', index, { 'public-key': 'theirs.pub', 'require-annotations': 'stage=test' });
    const others = { 'public-key': 'ours.pub', 'require-annotations': 'stage=test' };
    await expect(stage().run('verify', index, others)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });

  it('keeps the signatures of two that sign at the same time', async () => {
    const index = await pushIndex(stage());
    const keys = ['ours', 'theirs'];
    await Promise.all(keys.map((key) => stage().run('sign', index, { key: `${key}.key`, format: 'both' })));
    for (const key of keys) await stage().run('verify', index, { 'public-key': `${key}.pub` });
  });
}

/** A rule refuses to set a tag that is there, and the classic form keeps all signatures of a digest under one. */
function itMeetsImmutableTags(stage: Stage): void {
  it('names the rule that makes the tag of a signature immutable', async () => {
    const { world, format } = stage();
    const project = await world.project(signedOnly);
    await world.post(`/projects/${project}/immutabletagrules`, {
      tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: '**' }],
      scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
      action: 'immutable',
      template: 'immutable_template',
    });
    const index = await world.push(project, 'index');
    const first = await stage().run('sign', index);
    expect((await stage().run('sign', index)).outputs).toEqual(first.outputs);
    expect(await pullable(stage(), index)).toEqual([true, true, true]);
    const second = stage().run('sign', index, { key: 'theirs.key' }, { account: world.administrator });
    if (format === 'bundle') return void (await second);
    await expect(second).rejects.toMatchObject({
      code: 'TAG_IMMUTABLE',
      message: expect.stringContaining(`the immutability rule for the tags "**" in the repositories "**"`) as unknown,
      hint: expect.stringContaining('sha256-*') as unknown,
    });
    const unseen = stage().run('sign', index, { key: 'theirs.key' });
    await expect(unseen).rejects.toMatchObject({ code: 'TAG_IMMUTABLE' });
  });
}
