import { posix, win32 } from 'node:path';
import type { Layout, Site } from './site.ts';
import { trustFileNames, trustFiles } from './trust-files.ts';

/** A registry as BuildKit is to reach it. */
export interface BuildkitSite extends Site {
  /** Do not check its certificate. */
  readonly insecure?: boolean;
  readonly plainHttp?: boolean;
}

/**
 * The part of `buildkitd.toml` about a registry: https://docs.docker.com/build/buildkit/toml-configuration/
 * @param folder absolute, where the files of the registry are.
 */
export function buildkitRegistry(site: BuildkitSite, folder: string): string {
  const { host, authorities, client, insecure = false, plainHttp = false } = site;
  const table = `registry.${quote(host)}`;
  const { join } = folder.startsWith('/') ? posix : win32;
  const path = (name: keyof typeof trustFileNames): string => quote(join(folder, trustFileNames[name]));
  return [
    `[${table}]`,
    // BuildKit v0.28 takes a registry on localhost for plain HTTP unless this says no.
    `  http = ${plainHttp}`,
    ...(insecure ? ['  insecure = true'] : []),
    ...(authorities.length === 0 ? [] : [`  ca = [${path('authorities')}]`]),
    ...(client === undefined
      ? []
      : [`  [[${table}.keypair]]`, `    cert = ${path('certificate')}`, `    key = ${path('key')}`]),
    '',
  ].join('\n');
}

/** TOML's basic strings know all that JSON's do. */
function quote(text: string): string {
  return JSON.stringify(text);
}

/** Files for BuildKit, and for builders of buildx, which are given the files that the configuration names. */
export function layoutBuildkit(site: Site): Layout {
  const base = 'etc/buildkit';
  const folder = `${base}/certs.d/${site.host}`;
  return {
    files: [
      { path: `${base}/buildkitd.toml`, content: buildkitRegistry(site, `/${folder}`) },
      ...trustFiles(folder, site),
    ],
    advice: [
      `Copy ${base} to /${base}; where /${base}/buildkitd.toml is there already, add the lines to it. buildkitd reads it when it starts.`,
      `A builder of buildx is made with: docker buildx create --buildkitd-config /${base}/buildkitd.toml`,
    ],
  };
}
