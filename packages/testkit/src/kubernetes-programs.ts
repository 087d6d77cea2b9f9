import { dirname, join } from 'node:path';

/** The programs of a Kubernetes control plane, with nodes and pods played by kwok, as named in `scripts/peers.json`. */
export const kubernetesPeers = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok'] as const;

/** Where those programs are. */
export type KubernetesPaths = Readonly<Record<(typeof kubernetesPeers)[number], string>>;

/** Files and ports of one control plane. */
export interface KubernetesPlan {
  readonly folder: string;
  readonly kubeconfigFile: string;
  readonly etcdPort: number;
  readonly etcdPeerPort: number;
  readonly apiPort: number;
}

/** A program and its arguments. */
export interface Invocation {
  readonly name: (typeof kubernetesPeers)[number];
  readonly args: readonly string[];
}

/** etcd and kube-apiserver; the others need what the API server writes. */
export function serverInvocations(plan: KubernetesPlan): readonly [Invocation, Invocation] {
  const { folder, etcdPort, etcdPeerPort, apiPort } = plan;
  const clientUrl = `http://127.0.0.1:${etcdPort}`;
  const peerUrl = `http://127.0.0.1:${etcdPeerPort}`;
  const etcd = [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${clientUrl}`,
    `--advertise-client-urls=${clientUrl}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
    '--unsafe-no-fsync',
  ];
  const apiServer = [
    `--etcd-servers=${clientUrl}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    // The address of the API server itself, loopback, may not be an endpoint of a service.
    '--endpoint-reconciler-type=none',
    `--secure-port=${apiPort}`,
    `--cert-dir=${folder}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(folder, 'service-account.key')}`,
    `--service-account-signing-key-file=${join(folder, 'service-account.key')}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--disable-admission-plugins=ServiceAccount',
    // etcd 3.4 cannot say how far a watch is: clients that begin with a watch instead of a list would wait for seconds.
    '--feature-gates=WatchList=false',
    '--service-cluster-ip-range=10.96.0.0/16',
  ];
  return [
    { name: 'etcd', args: etcd },
    { name: 'kube-apiserver', args: apiServer },
  ];
}

/** Only what rollouts need: with all controllers, starting takes longer than a test should. */
const controllers = [
  'deployment-controller',
  'replicaset-controller',
  'garbage-collector-controller',
  'namespace-controller',
  'node-lifecycle-controller',
  'serviceaccount-controller',
  'pod-garbage-collector-controller',
];

/** Controllers, scheduler and kwok. */
export function clientInvocations(plan: KubernetesPlan, paths: KubernetesPaths): readonly Invocation[] {
  const common = [`--kubeconfig=${plan.kubeconfigFile}`, '--leader-elect=false', '--secure-port=0'];
  const manager = [
    `--service-account-private-key-file=${join(plan.folder, 'service-account.key')}`,
    `--controllers=${controllers.join(',')}`,
    '--kube-api-qps=200',
    '--kube-api-burst=400',
  ];
  const stages = join(dirname(paths.kwok), 'kustomize', 'stage');
  // Without the lease stage, nodes turn NotReady after 40 s.
  const stageFiles = [
    'node/fast/node-initialize.yaml',
    'node/heartbeat-with-lease/node-heartbeat-with-lease.yaml',
    'pod/fast/pod-ready.yaml',
    'pod/fast/pod-complete.yaml',
    'pod/fast/pod-delete.yaml',
  ];
  const kwok = [
    `--kubeconfig=${plan.kubeconfigFile}`,
    '--manage-all-nodes=true',
    '--node-lease-duration-seconds=40',
    ...stageFiles.map((file) => `--config=${join(stages, file)}`),
  ];
  return [
    { name: 'kube-controller-manager', args: [...common, ...manager] },
    { name: 'kube-scheduler', args: common },
    { name: 'kwok', args: kwok },
  ];
}
