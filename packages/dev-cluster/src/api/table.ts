import type { Deployment, KubeEvent, KubeObject, Node, Pod, ReplicaSet, Secret } from '../kinds/objects.ts';
import type { Resource } from '../kinds/resource.ts';

interface Column {
  readonly name: string;
  readonly cell: (object: KubeObject, now: Date) => string | number;
}

/** Whether a client would rather have a table to print, as `kubectl get` does. */
export function wantsTable(accept: string | undefined): boolean {
  return accept?.split(',')[0]?.includes('as=Table') ?? false;
}

/** Objects as a Table (Kubernetes API 1.34, meta/v1 Table) with the columns that `kubectl get` shows. */
export function tableOf(
  resource: Resource,
  objects: readonly KubeObject[],
  resourceVersion: string,
  now: Date,
): object {
  const columns = [nameColumn, ...(columnsOf[resource.kind] ?? []), ageColumn];
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion },
    columnDefinitions: columns.map(({ name }) => ({
      name,
      type: 'string',
      format: name === 'Name' ? 'name' : '',
      description: '',
      priority: 0,
    })),
    rows: objects.map((object) => ({
      cells: columns.map(({ cell }) => cell(object, now)),
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  };
}

/** A column that reads the fields of one kind; its table is only used for that kind. */
function column<T extends KubeObject>(name: string, cell: (object: T) => string | number): Column {
  return { name, cell: (object) => cell(object as T) };
}

const nameColumn = column('Name', ({ metadata }) => metadata.name);
const ageColumn: Column = { name: 'Age', cell: ({ metadata }, now) => ageOf(metadata.creationTimestamp, now) };

const columnsOf: Readonly<Record<string, readonly Column[]>> = {
  Pod: [
    column<Pod>('Ready', ({ spec, status }) => {
      const ready = status.containerStatuses?.filter((container) => container.ready).length ?? 0;
      return `${ready}/${spec.containers.length}`;
    }),
    column<Pod>('Status', summaryOf),
    column<Pod>('Restarts', ({ status }) =>
      (status.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0),
    ),
  ],
  Deployment: [
    column<Deployment>('Ready', ({ spec, status }) => `${status.readyReplicas ?? 0}/${spec.replicas}`),
    column<Deployment>('Up-to-date', ({ status }) => status.updatedReplicas ?? 0),
    column<Deployment>('Available', ({ status }) => status.availableReplicas ?? 0),
  ],
  ReplicaSet: [
    column<ReplicaSet>('Desired', ({ spec }) => spec.replicas),
    column<ReplicaSet>('Current', ({ status }) => status.replicas),
    column<ReplicaSet>('Ready', ({ status }) => status.readyReplicas ?? 0),
  ],
  Node: [
    column<Node>('Status', ({ spec }) => (spec.unschedulable ? 'Ready,SchedulingDisabled' : 'Ready')),
    column<Node>('Arch', ({ metadata }) => metadata.labels?.['kubernetes.io/arch'] ?? ''),
  ],
  Namespace: [
    column('Status', ({ metadata }) => (metadata.deletionTimestamp === undefined ? 'Active' : 'Terminating')),
  ],
  Secret: [
    column<Secret>('Type', ({ type }) => type),
    column<Secret>('Data', ({ data }) => Object.keys(data ?? {}).length),
  ],
  Event: [
    column<KubeEvent>('Type', ({ type }) => type),
    column<KubeEvent>('Reason', ({ reason }) => reason),
    column<KubeEvent>('Object', ({ involvedObject: { kind = '', name = '' } }) => `${kind.toLowerCase()}/${name}`),
    column<KubeEvent>('Message', ({ message }) => message),
  ],
};

/** The word that `kubectl get pods` shows: the first container that is not well gives it. */
function summaryOf({ metadata, status }: Pod): string {
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  for (const { state } of status.containerStatuses ?? []) {
    const reason = state.waiting?.reason ?? state.terminated?.reason;
    if (reason !== undefined) return reason;
  }
  return status.phase;
}

function ageOf(since: string, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(since)) / 1000));
  if (seconds < 120) return `${seconds}s`;
  return seconds < 7200 ? `${Math.floor(seconds / 60)}m` : `${Math.floor(seconds / 3600)}h`;
}
