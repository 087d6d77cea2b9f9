import { join } from 'node:path';
import { createHarbor, type RobotAccess } from '@harbor-pilot/harbor';
import { createHttp } from '@harbor-pilot/http';
import { buildImage } from '@harbor-pilot/image';
import { openLayout, parsePlatform } from '@harbor-pilot/oci';
import { createRegistry } from '@harbor-pilot/registry';
import { generateKeyPair } from '@harbor-pilot/sign';
import type { Runtime } from '@harbor-pilot/step-kit';
import { accessOf } from '@harbor-pilot/steps';
import type { Stage } from './stage.ts';

/** The project of the demo. */
export const project = 'shop';

/** Credentials of the demo's robot accounts, and its signing key. */
export interface Accounts {
  readonly releaser: { readonly username: string; readonly password: string };
  readonly puller: { readonly username: string; readonly password: string };
  readonly privateKeyPem: string;
  readonly keyPassword: string;
  /** The base image of examples/hello, by its digest. */
  readonly baseImage: string;
}

/** Makes the project, a robot account that may just release and one that may just pull, the base image, and a signing key. */
export async function prepareProject(stage: Stage, runtime: Runtime): Promise<Accounts> {
  const { registry: host, username, password, caCertificate } = stage;
  const http = createHttp({
    clock: runtime.clock,
    warn: runtime.warn,
    ...(caCertificate === undefined ? {} : { trust: { [host]: { caCertificate } } }),
  });
  runtime.onCleanup(async () => http.close());
  const harbor = createHarbor({ http, host, credentials: { username, password } });
  await harbor.ensureProject(project, { auto_scan: 'true' });
  const robot = async (name: string, access: readonly RobotAccess[]): Promise<Accounts['releaser']> => {
    const unique = `${name}-${runtime.clock.now().getTime()}`;
    const made = await harbor.createRobot({ name: unique, project, durationDays: 1, access });
    runtime.mask(made.secret);
    runtime.onCleanup(() => harbor.deleteRobot(made.id));
    runtime.info(
      `  robot account ${made.name}: ${access.map(({ resource, action }) => `${resource}:${action}`).join(' ')}`,
    );
    return { username: made.name, password: made.secret };
  };
  const releaser = await robot('release', accessOf('push+scan+sign'));
  const puller = await robot('pull', accessOf('pull'));
  const registry = createRegistry({ http, host, credentials: { username, password } });
  const folder = await runtime.temporaryFolder();
  const layout = await openLayout(join(folder, 'base-image'));
  const base = await buildImage({
    contextDirectory: join(folder, 'base'),
    platforms: ['linux/amd64', 'linux/arm64', 'linux/s390x'].map(parsePlatform),
    layout,
    registryFor: () => registry,
    signal: runtime.signal,
  });
  await registry.pushImage(`${project}/base`, base.root, layout, { tags: ['12'], signal: runtime.signal });
  const keyPassword = 'demo-key-password';
  const { privateKeyPem } = await generateKeyPair(keyPassword);
  return { releaser, puller, privateKeyPem, keyPassword, baseImage: `${host}/${project}/base@${base.root.digest}` };
}
