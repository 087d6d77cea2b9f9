import { createKubeApi } from './kube-api.ts';
import { withToken } from './world.ts';

const group = 'rbac.authorization.k8s.io';

/** The kubeconfig of a new account with some rights in a namespace. */
export async function accountWith(
  kubeconfig: string,
  namespace: string,
  name: string,
  rules: readonly object[],
): Promise<string> {
  const api = createKubeApi(kubeconfig);
  const metadata = { name };
  const rbac = `/apis/${group}/v1/namespaces/${namespace}`;
  await api.need('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata });
  await api.need('POST', `${rbac}/roles`, { metadata, rules });
  await api.need('POST', `${rbac}/rolebindings`, {
    metadata,
    roleRef: { apiGroup: group, kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  });
  const token = await tokenOf(kubeconfig, namespace, name);
  api.close();
  return token;
}

/** The kubeconfig of a service account. */
export async function tokenOf(kubeconfig: string, namespace: string, name: string): Promise<string> {
  const api = createKubeApi(kubeconfig);
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const { status } = await api.need('POST', path, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: {},
  });
  api.close();
  return withToken(kubeconfig, status.token);
}
