import { dig, type KubeObject, listAt, nameOf, textAt } from '@harbor-pilot/cluster';
import { PilotError } from '@harbor-pilot/core';
import { type Digest, parseReference } from '@harbor-pilot/oci';

/** One image that an object names. */
export interface ImageUse {
  /** Keys from the object to the text, as in `['spec', 'template', 'spec', 'containers', 0, 'image']`. */
  readonly path: readonly (string | number)[];
  /** Name of the container. */
  readonly container: string;
  readonly image: string;
}

/** Which image to pin, and to what. */
export interface PinTarget {
  /** `registry/repository`. */
  readonly image: string;
  readonly digest: Digest;
  /** Another `registry/repository` that means the same. */
  readonly replaces?: string | undefined;
}

// Where each kind keeps its pod (Kubernetes API reference, apps/v1, batch/v1, core/v1).
const podSpecPaths: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  Deployment: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

/** The keys that lead to the pod spec of a workload, or undefined for a kind that has none. */
export function podSpecPath(object: KubeObject): readonly string[] | undefined {
  return podSpecPaths[textAt(object, 'kind')];
}

/** All images that a workload names, of ordinary, init and ephemeral containers. */
export function imageUses(object: KubeObject): readonly ImageUse[] {
  const podSpec = podSpecPath(object);
  if (podSpec === undefined) return [];
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((group) =>
    listAt(object, ...podSpec, group).map((container, index) => ({
      path: [...podSpec, group, index, 'image'],
      container: textAt(container, 'name'),
      image: textAt(container, 'image'),
    })),
  );
}

/** The images of a workload that mean the target, whatever their tag or digest. The repository is compared whole. */
export function matchingUses(object: KubeObject, target: PinTarget): readonly ImageUse[] {
  const wanted = [target.image, target.replaces].map((name) => (name === undefined ? undefined : repositoryOf(name)));
  return imageUses(object).filter(({ image }) => {
    const repository = repositoryOf(image);
    return repository !== undefined && wanted.includes(repository);
  });
}

function repositoryOf(image: string): string | undefined {
  try {
    // A name without a registry is Docker Hub's to a node.
    const { registry, repository } = parseReference(image, 'docker.io');
    return `${registry.toLowerCase()}/${repository}`;
  } catch {
    return undefined;
  }
}

/** `registry/repository@digest`, the only form in which a workload gets the image. */
export function pinnedImage(target: PinTarget): string {
  return `${target.image}@${target.digest}`;
}

/** A copy of an object in which some images are replaced, and the pod names a pull secret when one is given. */
export function withImages(
  object: KubeObject,
  uses: readonly ImageUse[],
  image: string,
  pullSecret: string | undefined,
): KubeObject {
  const copy = structuredClone(object);
  for (const { path } of uses) {
    const holder = dig(copy, ...path.slice(0, -1)) as Record<string, unknown>;
    holder.image = image;
  }
  const podSpec = podSpecPath(copy);
  if (pullSecret !== undefined && uses.length > 0 && podSpec !== undefined) {
    const pod = dig(copy, ...podSpec) as Record<string, unknown>;
    const secrets = listAt(pod, 'imagePullSecrets');
    if (!secrets.some((secret) => textAt(secret, 'name') === pullSecret)) {
      pod.imagePullSecrets = [...secrets, { name: pullSecret }];
    }
  }
  return copy;
}

/** The error for manifests or a workload in which the image is not used. */
export function nothingToPin(objects: readonly KubeObject[], target: PinTarget): PilotError {
  const seen = [
    ...new Set(objects.flatMap((object) => imageUses(object).map(({ image }) => `${image} (${nameOf(object)})`))),
  ];
  const names = [target.image, target.replaces].filter((name) => name !== undefined).join(' or ');
  const where = seen.length === 0 ? 'there are no images in them' : `the images are ${seen.slice(0, 10).join(', ')}`;
  return new PilotError('MANIFESTS_INVALID', `no container uses ${names}: ${where}`, {
    hint: 'Write the image in the manifests as registry/repository with any tag, or name what stands for it as "replaces".',
    details: { images: seen.join(' ') },
  });
}
