import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PilotError, unreadable } from '@harbor-pilot/core';
import { parseHost } from '@harbor-pilot/oci';
import { readCertificates } from '../read-certificates.ts';
import { publicMode, replaceFile, secretMode } from '../replace-file.ts';
import { layoutBuildkit } from './buildkit.ts';
import { layoutCertManager } from './cert-manager.ts';
import { layoutContainerd, layoutDocker, layoutPodman } from './engines.ts';
import { layoutJava } from './java.ts';
import { layoutKubernetes } from './kubernetes.ts';
import type { Layout, Site } from './site.ts';

const makers = {
  docker: layoutDocker,
  containerd: layoutContainerd,
  podman: layoutPodman,
  buildkit: layoutBuildkit,
  java: layoutJava,
  kubernetes: layoutKubernetes,
  'cert-manager': layoutCertManager,
} as const satisfies Record<string, (site: Site) => Layout>;

/** What files can be laid out for. */
export type LayoutTarget = keyof typeof makers;

/** All targets of layouts. */
export const layoutTargets = Object.keys(makers) as readonly LayoutTarget[];

/** What to lay out where. */
export interface LayoutOptions {
  readonly directory: string;
  readonly targets: readonly LayoutTarget[];
  /** Host of the registry, with its port where that is not 443. */
  readonly host: string;
  /** File with the certificates of its authorities. */
  readonly caFile: string;
  /** Files of a client certificate and its key, PEM. */
  readonly clientFiles?: { readonly certificate: string; readonly key: string };
  readonly storePassword?: string;
}

/** What was written for a target, and what to do with it. */
export interface WrittenLayout {
  readonly target: LayoutTarget;
  readonly paths: readonly string[];
  readonly advice: readonly string[];
}

/**
 * Writes what programs need to trust a registry, in the folders in which they look for it, below an output folder.
 * @throws PilotError INPUT_INVALID, FILE_UNREADABLE, FILE_UNWRITABLE, KEY_INVALID, REFERENCE_INVALID
 */
export async function writeLayouts(options: LayoutOptions): Promise<readonly WrittenLayout[]> {
  const site = await readSite(options);
  const layouts = options.targets.map((target) => ({ target, ...makers[target](site) }));
  const written: WrittenLayout[] = [];
  for (const { target, files, advice } of layouts) {
    const paths = files.map(({ path }) => join(options.directory, path));
    for (const [index, { content, isSecret }] of files.entries()) {
      await replaceFile(paths[index] ?? '', content, isSecret === true ? secretMode : publicMode);
    }
    written.push({ target, paths, advice });
  }
  return written;
}

async function readSite({ host, caFile, clientFiles, storePassword }: LayoutOptions): Promise<Site> {
  const authorities = readCertificates(caFile, await readFile(caFile).catch(unreadable(caFile)));
  if (authorities.length === 0 || authorities.some(({ ca }) => !ca)) {
    throw new PilotError('INPUT_INVALID', `${caFile} does not hold certificates of authorities only`, {
      hint: 'Give the certificate of the authority that signed the server, not that of the server.',
    });
  }
  return {
    host: parseHost(host),
    authorities,
    ...(clientFiles === undefined ? {} : { client: await readClient(clientFiles) }),
    ...(storePassword === undefined ? {} : { storePassword }),
  };
}

async function readClient(files: { certificate: string; key: string }): Promise<NonNullable<Site['client']>> {
  const [certificate, key] = [
    await readFile(files.certificate).catch(unreadable(files.certificate)),
    await readFile(files.key).catch(unreadable(files.key)),
  ].map(String);
  if (certificate !== undefined && key !== undefined && isPair(certificate, key)) return { certificate, key };
  throw new PilotError('KEY_INVALID', `${files.key} is not the key of the certificate ${files.certificate}`, {
    hint: 'Both must be PEM, the key without a password.',
  });
}

function isPair(certificate: string, key: string): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
