import { describe, expect, it } from '@jest/globals';
import { imageUses, matchingUses, nothingToPin, pinnedImage, withImages } from '../src/manifests/pin-images.ts';

const digest = `sha256:${'a'.repeat(64)}` as const;
const image = 'harbor.example.com/shop/hello';
const target = { image, digest };

const workload = (kind: string, images: readonly string[]): Record<string, unknown> => {
  const podSpec = { containers: images.map((one, index) => ({ name: `c${index}`, image: one })) };
  const template = { spec: podSpec };
  if (kind === 'Pod') return { kind, metadata: { name: 'x' }, spec: podSpec };
  if (kind === 'CronJob') return { kind, metadata: { name: 'x' }, spec: { jobTemplate: { spec: { template } } } };
  return { kind, metadata: { name: 'x' }, spec: { template } };
};

describe('pinning images', () => {
  it.each(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Pod'])(
    'finds them in a %s',
    (kind) => {
      const object = workload(kind, [`${image}:1.0`]);
      const uses = matchingUses(object, target);
      expect(uses).toHaveLength(1);
      const pinned = withImages(object, uses, pinnedImage(target), undefined);
      expect(imageUses(pinned).map((use) => use.image)).toEqual([`${image}@${digest}`]);
      expect(imageUses(object).map((use) => use.image)).toEqual([`${image}:1.0`]);
    },
  );

  it.each([image, `${image}:latest`, `${image}@sha256:${'b'.repeat(64)}`, `${image}:1@sha256:${'b'.repeat(64)}`])(
    'takes %s for the image',
    (text) => {
      expect(matchingUses(workload('Deployment', [text]), target)).toHaveLength(1);
    },
  );

  it.each([
    'harbor.example.com/shop/hello-world:1',
    'harbor.example.com/shop',
    'harbor.example.com/other/shop/hello:1',
    'harbor.example.com:8443/shop/hello:1',
    'xharbor.example.com/shop/hello:1',
    'shop/hello:1',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder as people write them in manifests
    '${IMAGE}',
    '',
  ])('leaves %s alone', (text) => {
    expect(matchingUses(workload('Deployment', [text]), target)).toHaveLength(0);
  });

  it('pins init and ephemeral containers, and each container once', () => {
    const object = {
      kind: 'Deployment',
      spec: {
        template: {
          spec: {
            initContainers: [{ name: 'migrate', image: `${image}:1` }],
            containers: [
              { name: 'web', image: `${image}:1` },
              { name: 'proxy', image: 'docker.io/library/envoy:1' },
            ],
            ephemeralContainers: [{ name: 'debug', image }],
          },
        },
      },
    };
    const pinned = withImages(object, matchingUses(object, target), pinnedImage(target), undefined);
    expect(imageUses(pinned).map((use) => [use.container, use.image])).toEqual([
      ['migrate', `${image}@${digest}`],
      ['web', `${image}@${digest}`],
      ['proxy', 'docker.io/library/envoy:1'],
      ['debug', `${image}@${digest}`],
    ]);
  });

  it('takes another repository for the image when it is told to', () => {
    const replaces = 'registry.example.com/shop/hello';
    const object = workload('Deployment', [`${replaces}:dev`]);
    expect(matchingUses(object, target)).toHaveLength(0);
    const uses = matchingUses(object, { ...target, replaces });
    expect(imageUses(withImages(object, uses, pinnedImage(target), undefined))[0]?.image).toBe(`${image}@${digest}`);
  });

  it('names the pull secret in pods of the image, once', () => {
    const object = workload('Deployment', [image]);
    const uses = matchingUses(object, target);
    const once = withImages(object, uses, pinnedImage(target), 'harbor');
    const twice = withImages(once, uses, pinnedImage(target), 'harbor');
    expect(twice).toMatchObject({ spec: { template: { spec: { imagePullSecrets: [{ name: 'harbor' }] } } } });
    expect(twice).toEqual(once);
    expect(withImages(object, [], pinnedImage(target), 'harbor')).toEqual(object);
  });

  it('says which images there are when none is the image', () => {
    const error = nothingToPin([workload('Deployment', ['nginx:1', 'redis:7'])], target);
    expect(error.code).toBe('MANIFESTS_INVALID');
    expect(error.message).toContain(image);
    expect(error.message).toContain('nginx:1');
    expect(error.message).toContain('redis:7');
  });
});
