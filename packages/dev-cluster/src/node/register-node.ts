import type { Platform } from '@harbor-pilot/oci';
import { resources } from '../kinds/resources.ts';
import type { Store } from '../store/store.ts';

/** Adds the Node object of an agent, ready. */
export function registerNode(store: Store, name: string, platform: Platform, nodeNumber: number): void {
  const { os, architecture } = platform;
  const now = store.now();
  const amounts = { cpu: '4', memory: '8Gi', pods: '110' };
  const condition = { lastHeartbeatTime: now, lastTransitionTime: now };
  store.create(resources.nodes, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: { 'kubernetes.io/arch': architecture, 'kubernetes.io/os': os, 'kubernetes.io/hostname': name },
    },
    spec: {},
    status: {
      capacity: amounts,
      allocatable: amounts,
      addresses: [
        { type: 'InternalIP', address: `10.0.0.${nodeNumber}` },
        { type: 'Hostname', address: name },
      ],
      conditions: [
        {
          ...condition,
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: 'kubelet is posting ready status',
        },
      ],
      nodeInfo: {
        architecture,
        operatingSystem: os,
        kubeletVersion: 'v1.34.4+dev-cluster',
        containerRuntimeVersion: 'dev-cluster://0.1.0',
      },
    },
  });
}
