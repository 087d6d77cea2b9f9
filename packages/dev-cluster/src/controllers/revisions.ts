import type { Deployment, PodTemplate, ReplicaSet } from '../kinds/objects.ts';
import { resources } from '../kinds/resources.ts';
import { isSameJson } from '../kinds/same-json.ts';
import { encodeSafely } from '../store/admission.ts';
import type { Store } from '../store/store.ts';
import { findCondition, withConditionLast } from './conditions.ts';
import { controllerReference, revisionAnnotation, revisionOf } from './owned.ts';
import { firstReplicas, limitsOf, tellScaling } from './rolling-update.ts';

const hashLabel = 'pod-template-hash';
/** The revisions that a ReplicaSet had before, joined by commas. */
const historyAnnotation = 'deployment.kubernetes.io/revision-history';
/** Annotations that say something of the Deployment alone. */
const ownAnnotations = new Set([
  revisionAnnotation,
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
]);

/** The ReplicaSet that has the pod template of a Deployment, if there is one. */
export function findReplicaSet(deployment: Deployment, all: readonly ReplicaSet[]): ReplicaSet | undefined {
  const wanted = withoutHash(deployment.spec.template);
  return all.find(({ spec }) => isSameJson(withoutHash(spec.template), wanted));
}

function withoutHash(template: PodTemplate): PodTemplate {
  const { [hashLabel]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** The ReplicaSet of a Deployment's template, made if there is none, with the newest revision of all. */
export function ensureReplicaSet(store: Store, deployment: Deployment, all: readonly ReplicaSet[]): ReplicaSet {
  const found = findReplicaSet(deployment, all);
  const newest = Math.max(0, ...all.filter((replicaSet) => replicaSet !== found).map(revisionOf));
  const revision = found !== undefined && revisionOf(found) > newest ? revisionOf(found) : newest + 1;
  const annotations = annotationsFor(deployment, revision, found);
  const replicaSet =
    found === undefined
      ? createReplicaSet(store, deployment, annotations, firstReplicas(deployment, all))
      : store.update(resources.replicaSets, found, (draft) => {
          draft.metadata.annotations = { ...draft.metadata.annotations, ...annotations };
          if (deployment.spec.minReadySeconds !== undefined) {
            draft.spec.minReadySeconds = deployment.spec.minReadySeconds;
          }
        });
  noteOnDeployment(store, deployment, revision, replicaSet, found === undefined);
  return replicaSet;
}

function annotationsFor(deployment: Deployment, revision: number, found?: ReplicaSet): Record<string, string> {
  const inherited = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !ownAnnotations.has(key));
  const { replicas } = deployment.spec;
  const old = found === undefined ? 0 : revisionOf(found);
  const history = found?.metadata.annotations?.[historyAnnotation];
  const former =
    old === 0 || old === revision ? history : [history, old].filter((each) => each !== undefined).join(',');
  return {
    ...Object.fromEntries(inherited),
    [revisionAnnotation]: String(revision),
    'deployment.kubernetes.io/desired-replicas': String(replicas),
    'deployment.kubernetes.io/max-replicas': String(replicas + limitsOf(deployment).maxSurge),
    ...(former === undefined ? {} : { [historyAnnotation]: former }),
  };
}

function createReplicaSet(
  store: Store,
  deployment: Deployment,
  annotations: Record<string, string>,
  replicas: number,
): ReplicaSet {
  const { name, namespace = '' } = deployment.metadata;
  const template = structuredClone(deployment.spec.template);
  const hash = freeHash(store, deployment);
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  template.metadata = { ...template.metadata, labels };
  const { selector } = deployment.spec;
  const replicaSet = store.create(resources.replicaSets, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels,
      annotations,
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      selector: { ...structuredClone(selector), matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
      template,
      ...(deployment.spec.minReadySeconds === undefined ? {} : { minReadySeconds: deployment.spec.minReadySeconds }),
    },
    status: { replicas: 0 },
  });
  if (replicas > 0) tellScaling(store, deployment, replicaSet, 0, replicas);
  return replicaSet;
}

/** A hash of the template that no other ReplicaSet has in its name. */
function freeHash(store: Store, deployment: Deployment): string {
  const { name, namespace } = deployment.metadata;
  const text = JSON.stringify(deployment.spec.template);
  for (let collisions = 0; ; collisions += 1) {
    const hash = encodeSafely(String(fnv32a(collisions === 0 ? text : `${text}${collisions}`)));
    if (store.get(resources.replicaSets, namespace, `${name}-${hash}`) === undefined) return hash;
  }
}

/** The hash function FNV-1a with 32 bits. */
function fnv32a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

function noteOnDeployment(
  store: Store,
  deployment: Deployment,
  revision: number,
  replicaSet: ReplicaSet,
  isNew: boolean,
): void {
  const current = store.get(resources.deployments, deployment.metadata.namespace, deployment.metadata.name);
  if (current === undefined) return;
  const now = store.now();
  const { name } = replicaSet.metadata;
  store.update(resources.deployments, current, (draft) => {
    draft.metadata.annotations = { ...draft.metadata.annotations, [revisionAnnotation]: String(revision) };
    if (!isNew && findCondition(draft.status.conditions, 'Progressing') !== undefined) return;
    const [reason, verb] = isNew ? ['NewReplicaSetCreated', 'Created new'] : ['FoundNewReplicaSet', 'Found new'];
    const message = `${verb} replica set "${name}"`;
    const condition = { type: 'Progressing', status: 'True', reason, message, lastUpdateTime: now } as const;
    draft.status.conditions = withConditionLast(draft.status.conditions, condition, now);
  });
}
