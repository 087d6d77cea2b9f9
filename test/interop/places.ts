import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HarborVersion } from '@harbor-pilot/dev-harbor';
import { createHttp } from '@harbor-pilot/http';
import { createRegistry, type Registry } from '@harbor-pilot/registry';
import { chooseFormat } from '@harbor-pilot/sign';
import { harborUnderTest } from '../../packages/harbor/test/harbor-under-test.ts';
import { startDockerRegistry } from './docker-registry.ts';

/** A registry to sign at, and the flags with which each program reaches it. */
export interface Place {
  readonly registry: Registry;
  readonly cosignFlags: readonly string[];
  readonly ourFlags: readonly string[];
  /** Whether it takes bundles for signatures, or does not care what they are. */
  readonly takesBundles: boolean;
  /** Of Docker's configuration, by host. */
  readonly auths: Readonly<Record<string, { readonly auth: string }>>;
  close(): Promise<void>;
}

/** The project at every Harbor. */
export const project = 'interop';

const realHarbor = 'Harbor of HARBOR_PILOT_TEST_URL';

/** A registry without referrers API, two versions of the embedded Harbor, and a real one where the environment names it. */
export const placeNames = [
  'distribution',
  'Harbor 2.15',
  'Harbor 2.14',
  ...((process.env.HARBOR_PILOT_TEST_URL ?? '') === '' ? [] : [realHarbor]),
] as const;

/**
 * Starts or finds one of them.
 * @param folder where it may write files.
 * @param program of `distribution`.
 */
export async function openPlace(name: string, folder: string, program: string): Promise<Place> {
  if (name === 'distribution') return openDistribution(program);
  return openHarbor(name === realHarbor ? undefined : (name.replace('Harbor ', '') as HarborVersion), folder);
}

async function openDistribution(program: string): Promise<Place> {
  const { host, close } = await startDockerRegistry(program);
  return {
    registry: createRegistry({ http: createHttp({}), host, plainHttp: true }),
    cosignFlags: ['--allow-http-registry'],
    ourFlags: ['--plain-http'],
    takesBundles: true,
    auths: {},
    close,
  };
}

async function openHarbor(version: HarborVersion | undefined, folder: string): Promise<Place> {
  const { host, caCertificate, administrator, harbor, registry, close } = await harborUnderTest(version);
  await harbor().ensureProject(project);
  const caFile = join(folder, `${host.replace(':', '-')}.crt`);
  if (caCertificate !== undefined) await writeFile(caFile, caCertificate);
  const auth = Buffer.from(`${administrator.username}:${administrator.password}`).toString('base64');
  return {
    registry: registry(),
    cosignFlags: caCertificate === undefined ? [] : [`--registry-cacert=${caFile}`],
    ourFlags: caCertificate === undefined ? [] : [`--ca-certificate=${caFile}`],
    takesBundles: chooseFormat(await harbor().version()) === 'bundle',
    auths: { [host]: { auth } },
    close,
  };
}
