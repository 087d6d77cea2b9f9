import type { Layout, Site } from './site.ts';
import { trustFiles } from './trust-files.ts';

/** Files for the Docker engine: https://docs.docker.com/engine/security/certificates/ */
export function layoutDocker(site: Site): Layout {
  const folder = `etc/docker/certs.d/${site.host}`;
  return {
    files: trustFiles(folder, site),
    advice: [
      `Copy ${folder} to /${folder} on each machine with Docker, owned by root. Docker needs no restart.`,
      `Rootless Docker reads ~/.config/docker/certs.d/${site.host}, Docker Desktop ~/.docker/certs.d/${site.host}.`,
    ],
  };
}

/** Files for podman, buildah and skopeo: containers-certs.d(5). */
export function layoutPodman(site: Site): Layout {
  const folder = `etc/containers/certs.d/${site.host}`;
  return {
    files: trustFiles(folder, site),
    advice: [
      `Copy ${folder} to /${folder} on each machine, or to ~/.config/containers/certs.d/${site.host} for one account.`,
      'podman, buildah and skopeo read it at their next start.',
    ],
  };
}

/** Files for containerd: https://github.com/containerd/containerd/blob/v2.2.0/docs/hosts.md */
export function layoutContainerd(site: Site): Layout {
  const folder = `etc/containerd/certs.d/${site.host}`;
  return {
    files: [{ path: `${folder}/hosts.toml`, content: containerdHosts(site) }, ...trustFiles(folder, site)],
    advice: [
      `Copy ${folder} to /${folder} on each node. containerd reads it at the next pull.`,
      'The first time, /etc/containerd/config.toml must name the folder, and containerd be restarted:',
      '  version 3: [plugins."io.containerd.cri.v1.images".registry]     config_path = "/etc/containerd/certs.d"',
      '  version 2: [plugins."io.containerd.grpc.v1.cri".registry]       config_path = "/etc/containerd/certs.d"',
    ],
  };
}

/** The `hosts.toml` of a registry, with paths as they are on the node. */
export function containerdHosts({ host, client }: Site): string {
  const folder = `/etc/containerd/certs.d/${host}`;
  return [
    `server = "https://${host}"`,
    '',
    `[host."https://${host}"]`,
    '  capabilities = ["pull", "resolve", "push"]',
    `  ca = "${folder}/ca.crt"`,
    ...(client === undefined ? [] : [`  client = [["${folder}/client.cert", "${folder}/client.key"]]`]),
    '',
  ].join('\n');
}
