import { stringify } from 'yaml';
import { containerdHosts } from './engines.ts';
import { authoritiesPem, type Layout, nameOf, type Site } from './site.ts';

const image = 'busybox:1.37';
const source = '/registry';

/** Where a node keeps what containerd and Docker trust, by the name under which the pod sees it. */
const nodeFolders = { containerd: '/etc/containerd/certs.d', docker: '/etc/docker/certs.d' };

/**
 * Copies what the pod is given to the node, again whenever it has changed. A file is replaced as a whole, so that an engine
 * never reads half of one.
 */
const script = `set -eu
trap 'exit 0' TERM INT
while true; do
  for folder in ${Object.keys(nodeFolders)
    .map((name) => `"$NODE/${name}/$REGISTRY"`)
    .join(' ')}; do
    mkdir -p "$folder"
    for file in "$SOURCE"/*; do
      target="$folder/\${file##*/}"
      cmp -s "$file" "$target" && continue
      cp -p "$file" "$target.part"
      mv "$target.part" "$target"
      echo "installed $target"
    done
  done
  sleep 60 & wait $!
done
`;

/** A ConfigMap with what the nodes are to trust, a Secret with the client's key, and a DaemonSet that brings both to each node. */
export function layoutKubernetes(site: Site): Layout {
  const path = 'kubernetes/registry-trust.yaml';
  const name = `registry-trust-${nameOf(site)}`;
  const configMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data: { 'ca.crt': authoritiesPem(site), 'hosts.toml': containerdHosts(site) },
  };
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    type: 'Opaque',
    stringData: { 'client.cert': site.client?.certificate, 'client.key': site.client?.key },
  };
  const objects = [configMap, ...(site.client === undefined ? [] : [secret]), daemonSet(name, site)];
  return {
    files: [
      {
        path,
        content: objects.map((object) => stringify(object, { lineWidth: 0 })).join('---\n'),
        isSecret: site.client !== undefined,
      },
    ],
    advice: [
      `kubectl apply -n kube-system -f ${path}`,
      `Its pods run ${image}, which the nodes must be able to pull without this registry. They write below`,
      `${Object.values(nodeFolders).join(' and ')}; for containerd, config_path must name that folder (see "--for containerd").`,
      'After a change of the ConfigMap the nodes follow within two minutes; a new node gets it when it joins.',
      'What it has written stays when it is deleted.',
    ],
  };
}

function daemonSet(name: string, { host, client }: Site): object {
  const labels = { 'app.kubernetes.io/name': name };
  const sources = [
    { configMap: { name } },
    ...(client === undefined ? [] : [{ secret: { name, items: clientItems } }]),
  ];
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          priorityClassName: 'system-node-critical',
          tolerations: [{ operator: 'Exists' }],
          containers: [installer(host)],
          volumes: [
            { name: 'registry', projected: { sources } },
            ...Object.entries(nodeFolders).map(([folder, path]) => ({
              name: folder,
              hostPath: { path, type: 'DirectoryOrCreate' },
            })),
          ],
        },
      },
    },
  };
}

/** Only root of the node may read the key. */
const clientItems = [
  { key: 'client.cert', path: 'client.cert' },
  { key: 'client.key', path: 'client.key', mode: 0o400 },
];

function installer(host: string): object {
  const folders = Object.keys(nodeFolders);
  return {
    name: 'install',
    image,
    command: ['sh', '-c', script],
    env: [
      { name: 'REGISTRY', value: host },
      { name: 'SOURCE', value: source },
      { name: 'NODE', value: '/node' },
    ],
    resources: { requests: { cpu: '5m', memory: '8Mi' }, limits: { memory: '32Mi' } },
    securityContext: {
      runAsUser: 0,
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'registry', mountPath: source, readOnly: true },
      ...folders.map((folder) => ({ name: folder, mountPath: `/node/${folder}` })),
    ],
  };
}
