import { stringify } from 'yaml';

/** The text of a kubeconfig with one context, whose CA and token are in it. */
export function formatKubeconfig(url: string, caCertificate: string, token: string): string {
  const name = 'dev-cluster';
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name,
        cluster: { server: url, 'certificate-authority-data': Buffer.from(caCertificate).toString('base64') },
      },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
    'current-context': name,
  });
}
