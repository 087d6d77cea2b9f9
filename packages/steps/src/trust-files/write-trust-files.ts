import { lstatSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BuildkitSite, type TrustFile, trustFiles } from '@harbor-pilot/certificates';
import { makeFolder, unwritable, writeWhole } from '@harbor-pilot/core';
import type { HostTrust } from '@harbor-pilot/http';
import type { Runtime } from '@harbor-pilot/step-kit';
import { readIfThere } from '../user-files.ts';
import { buildkitdConfig } from './buildkitd-config.ts';
import { caVariables, makeCaBundle } from './ca-bundle.ts';
import { siteOf } from './site.ts';

/** A registry, and how the step trusts it. */
export interface TrustedHost {
  readonly host: string;
  readonly trust: HostTrust;
}

/** Files with which other programs trust the registries of a step. */
export interface TrustFiles {
  /** Folder with one of each registry: `ca.crt`, `client.cert`, `client.key`. */
  readonly certsFolder: string;
  readonly buildkitdConfig: string;
  /** Variables for the programs of later steps; none unless they were asked for. */
  readonly variables: Readonly<Record<string, string>>;
}

const folderName = 'registry-trust';
const buildkitdName = 'buildkitd.toml';

/**
 * Writes what builders, engines and other programs need to trust registries as the step does, into a folder below one that
 * is private. Registries that an earlier login has written there stay.
 * @param withBundle whether to write the authorities of the system and these into one file, and name the variables for it.
 * @returns undefined when there is nothing to tell them.
 * @throws PilotError FILE_UNWRITABLE, FILE_UNREADABLE, KEY_INVALID
 */
export async function writeTrustFiles(
  parent: string,
  hosts: readonly TrustedHost[],
  withBundle: boolean,
  runtime: Runtime,
): Promise<TrustFiles | undefined> {
  const sites = (await Promise.all(hosts.map(({ host, trust }) => siteOf(host, trust)))).filter(
    (site) => site !== undefined,
  );
  if (sites.length === 0) return undefined;
  const folder = join(parent, folderName);
  const earlier = (await readIfThere(join(folder, buildkitdName))) ?? '';
  await makeOwn(folder, sites);
  const absolute = (host: string): string => join(folder, folderOf(host));
  await writeFiles(folder, [
    ...sites.flatMap((site) => trustFiles(folderOf(site.host), site)),
    { path: buildkitdName, content: buildkitdConfig(sites, absolute, earlier) },
  ]);
  return {
    certsFolder: join(folder, certsName),
    buildkitdConfig: join(folder, buildkitdName),
    variables: withBundle ? await writeBundle(folder, sites, runtime) : {},
  };
}

const certsName = 'certs.d';

/** A file name on Windows has no colon; Docker leaves it out there, too. */
function folderOf(host: string): string {
  return `${certsName}/${process.platform === 'win32' ? host.replaceAll(':', '') : host}`;
}

/** The folder may be a link to that of an earlier login; and what that wrote for these registries is not to stay. */
async function makeOwn(folder: string, sites: readonly BuildkitSite[]): Promise<void> {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return;
  const stale = found.isSymbolicLink() ? [folder] : sites.map(({ host }) => join(folder, folderOf(host)));
  for (const path of stale) await rm(path, { recursive: true, force: true }).catch(unwritable(path));
}

async function writeFiles(folder: string, files: readonly TrustFile[]): Promise<void> {
  for (const { path, content, isSecret } of files) {
    const target = join(folder, path);
    await makeFolder(dirname(target));
    await writeWhole(target, content, { mode: isSecret === true ? 0o600 : 0o644 });
  }
}

async function writeBundle(
  folder: string,
  sites: readonly BuildkitSite[],
  runtime: Runtime,
): Promise<Readonly<Record<string, string>>> {
  const authorities = sites.flatMap((site) => site.authorities.map(String));
  if (authorities.length === 0) return {};
  const { whole, extra } = await makeCaBundle(authorities, runtime);
  const [wholeName, extraName] = ['ca-bundle.crt', 'ca-extra.crt'];
  await writeFiles(folder, [
    { path: wholeName, content: whole },
    { path: extraName, content: extra },
  ]);
  return caVariables({ whole: join(folder, wholeName), extra: join(folder, extraName) });
}
