import { type Agent, Agent as HttpsAgent, type RequestOptions } from 'node:https';
import { asArray, asObject, asString, PilotError, registerSecret, secretVariables } from '@harbor-pilot/core';
import { KubeConfig, type User } from '@kubernetes/client-node';

/** Where a cluster is, and what a request needs to be let in. */
export interface Connection {
  /** `https://host:port`, with a path where the cluster is behind one. */
  readonly server: string;
  /** TLS material, headers and agent for one request. */
  requestOptions(): Promise<RequestOptions>;
  close(): void;
}

/**
 * Reads a kubeconfig. This is the one module that knows the Kubernetes client library; it is loaded when it is needed.
 * @param text YAML.
 * @param context name of the context to use; the current one when absent.
 * @throws PilotError INPUT_INVALID without quoting the text, which holds credentials.
 */
export function openKubeconfig(text: string, context: string | undefined): Connection {
  const config = parse(text);
  if (context !== undefined) config.setCurrentContext(context);
  const cluster = config.getCurrentCluster();
  if (!cluster || !/^https?:\/\//.test(cluster.server)) throw withoutCluster(config);
  const user = config.getCurrentUser();
  for (const secret of [user?.token, user?.password, user?.keyData]) {
    if (secret !== undefined && secret !== '') registerSecret(secret);
  }
  if (user !== null) hideSecrets(user);
  // The library makes agents that open a connection for each request; a cluster behind a proxy needs them as they are.
  const agent = new HttpsAgent({ keepAlive: true });
  const ownAgent = cluster.proxyUrl === undefined && cluster.server.startsWith('https:');
  return {
    server: cluster.server.replace(/\/+$/, ''),
    requestOptions: async () => {
      const options: RequestOptions = {};
      await authenticate(config, options);
      return ownAgent ? { ...options, agent } : options;
    },
    close: () => agent.destroy(),
  };
}

/** The library starts a credential plug-in with all variables of this process, changed as its entry says. */
function hideSecrets(user: User): void {
  const exec = asObject(user.exec);
  if (exec === undefined) return;
  const hidden = secretVariables(process.env).map((name) => ({ name, value: undefined }));
  Object.assign(exec, { env: [...hidden, ...asArray(exec.env)] });
}

function withoutCluster(config: KubeConfig): PilotError {
  // The library's type says that there always is one.
  const current: string | undefined = config.getCurrentContext();
  const contexts = config.getContexts().map(({ name }) => name);
  return new PilotError(
    'INPUT_INVALID',
    current === undefined || current === ''
      ? 'the kubeconfig has no current context'
      : `the kubeconfig has no cluster for the context "${current}"`,
    { hint: `Its contexts are: ${contexts.join(', ') || 'none'}. Give one of them as the input kube-context.` },
  );
}

function parse(text: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromString(text);
  } catch {
    // The cause is left out on purpose: its message quotes the lines around the mistake.
    throw new PilotError('INPUT_INVALID', 'the kubeconfig cannot be read', {
      hint: 'Give the text of a kubeconfig file, as "kubectl config view --raw --minify" prints it.',
    });
  }
  return config;
}

async function authenticate(config: KubeConfig, options: RequestOptions): Promise<void> {
  try {
    await config.applyToHTTPSOptions(options as RequestOptions & { agent?: Agent });
    keepToken(options);
  } catch (cause) {
    throw new PilotError('CLUSTER_AUTH', 'the kubeconfig gives no credentials for the cluster', {
      cause,
      hint: 'A credential plug-in, file or certificate that the kubeconfig names is missing or failed.',
    });
  }
}

/** A token that a file or a plug-in gave: it is masked, and loses the line break at its end, which no header may have. */
function keepToken({ headers }: RequestOptions): void {
  const fields = asObject(headers);
  const token = /^Bearer\s+(.*)$/s.exec(asString(fields?.Authorization) ?? '')?.[1]?.trim();
  if (token === undefined || token === '') return;
  registerSecret(token);
  Object.assign(headers ?? {}, { Authorization: `Bearer ${token}` });
}
