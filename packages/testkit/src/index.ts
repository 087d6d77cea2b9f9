export type { Fault, FaultRule, ProxiedRequest } from './fault.ts';
export { type FaultProxy, type FaultProxyOptions, startFaultProxy } from './fault-proxy.ts';
export { type Identity, makeIdentity } from './identity.ts';
export { type Kubernetes, startKubernetes } from './kubernetes.ts';
export { type KubernetesPaths, kubernetesPeers } from './kubernetes-programs.ts';
export { describeWithPeers, findPeer } from './peers.ts';
export { createQuickClock } from './quick-clock.ts';
export { type SlowProxy, startSlowProxy } from './slow-proxy.ts';
