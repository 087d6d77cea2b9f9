import { delimiter, resolve } from 'node:path';
import { readKubeconfig } from '@harbor-pilot/cluster';
import { PilotError, registerSecret } from '@harbor-pilot/core';
import { chooseProxy } from '@harbor-pilot/http';
import type { Runtime } from '@harbor-pilot/step-kit';
import { readGivenAuthority } from './trust.ts';

/** The inputs about a cluster, and those that say which authority to trust where its kubeconfig does not. */
export type KubeconfigValues = Parameters<typeof readGivenAuthority>[0] & { readonly kubeconfig: string | undefined };

/**
 * Reads the kubeconfig that the input or the variable `KUBECONFIG` names.
 * @returns YAML text whose paths are absolute.
 * @throws PilotError INPUT_INVALID, FILE_UNREADABLE; TLS_UNTRUSTED when the authority has another fingerprint.
 */
export async function readKubeconfigInput(values: KubeconfigValues, runtime: Runtime): Promise<string> {
  const paths = kubeconfigPaths(values.kubeconfig, runtime);
  const proxyFor = (server: URL): string | undefined => {
    const choice = chooseProxy(server, runtime.environment);
    return choice.kind === 'proxy' ? choice.proxy.href : undefined;
  };
  if (paths.length > 0) return readKubeconfig(paths, () => readGivenAuthority(values, runtime), proxyFor);
  throw new PilotError('INPUT_INVALID', 'there is no kubeconfig', {
    hint: 'Give its path as the input kubeconfig, or in the variable KUBECONFIG.',
  });
}

/** As it is, or in base64, as secrets of CIs often have it. */
const kubeconfigText = /\n|apiVersion|^YXBpVmVyc2lvb/;

/** The input is one path; the variable may be several, as for kubectl. */
function kubeconfigPaths(kubeconfig: string | undefined, { environment, workspace }: Runtime): readonly string[] {
  const given = (kubeconfig ?? environment.KUBECONFIG ?? '').trim();
  if (kubeconfigText.test(given)) {
    registerSecret(given);
    throw new PilotError('INPUT_INVALID', 'the text of a kubeconfig is given where the path of one belongs', {
      hint: 'Write it into a file before, and give the path of that; on GitLab make KUBECONFIG a variable of the type "file".',
    });
  }
  const paths = kubeconfig === undefined ? given.split(delimiter) : [given];
  return paths.filter((path) => path !== '').map((path) => resolve(workspace, path));
}
