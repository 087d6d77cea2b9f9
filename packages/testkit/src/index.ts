export { type Kubernetes, startKubernetes } from './kubernetes.ts';
export { type KubernetesPaths, kubernetesPeers } from './kubernetes-programs.ts';
export { describeWithPeers, findPeer } from './peers.ts';
export { type SlowProxy, startSlowProxy } from './slow-proxy.ts';
