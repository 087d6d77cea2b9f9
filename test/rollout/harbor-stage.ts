import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type DevHarbor, startDevHarbor } from '@harbor-pilot/dev-harbor';
import { createHarbor, type Harbor } from '@harbor-pilot/harbor';
import { createHttp } from '@harbor-pilot/http';
import {
  type Content,
  contentOf,
  type Digest,
  formatIndex,
  formatManifest,
  mediaTypes,
  parsePlatform,
} from '@harbor-pilot/oci';
import { type Credentials, createRegistry, type Registry } from '@harbor-pilot/registry';
import type { PullSecret } from '@harbor-pilot/rollout';

/** An embedded Harbor with things to pull. */
export interface HarborStage {
  readonly host: string;
  readonly caCertificate: string;
  readonly administrator: Credentials;
  readonly harbor: Harbor;
  /** Pushes an image for some platforms. */
  push(repository: string, text: string, platforms?: readonly string[]): Promise<Digest>;
  /** A robot account that may pull from a project, as a pull secret. */
  robot(project: string): Promise<PullSecret>;
  close(): Promise<void>;
}

const bothPlatforms = ['linux/amd64', 'linux/arm64'];

/** Starts an embedded Harbor with the private project shop. */
export async function startHarborStage(): Promise<HarborStage> {
  const directory = await mkdtemp(join(tmpdir(), 'rollout-harbor-'));
  const dev: DevHarbor = await startDevHarbor({ dataDirectory: directory });
  const { host, caCertificate, username, password } = dev;
  const http = createHttp({ trust: { [host]: { caCertificate } } });
  const credentials = { username, password };
  const harbor = createHarbor({ http, host, credentials });
  const registry = createRegistry({ http, host, credentials });
  await harbor.ensureProject('shop');
  return {
    host,
    caCertificate,
    administrator: credentials,
    harbor,
    push: (repository, text, platforms = bothPlatforms) => push(registry, repository, text, platforms),
    robot: async (project) => {
      const access = [{ resource: 'repository', action: 'pull' }];
      const { name, secret } = await harbor.createRobot({ name: `nodes-${project}`, project, durationDays: 1, access });
      return { name: 'harbor', registry: host, username: name, password: secret };
    },
    close: async () => {
      http.close();
      await dev.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function push(
  registry: Registry,
  repository: string,
  text: string,
  platforms: readonly string[],
): Promise<Digest> {
  const blob = async (content: Content): Promise<Content> => {
    const { descriptor, bytes } = content;
    await registry.pushBlob(repository, { descriptor, open: async () => Readable.from([bytes]) });
    return content;
  };
  const manifests = await Promise.all(
    platforms.map(async (name) => {
      const platform = parsePlatform(name);
      const config = JSON.stringify({
        ...platform,
        config: { Cmd: ['/hello'] },
        rootfs: { type: 'layers', diff_ids: [] },
      });
      const { descriptor: configDescriptor } = await blob(contentOf(mediaTypes.ociConfig, config));
      const { descriptor: layer } = await blob(contentOf(mediaTypes.ociLayer, `${text} for ${name}`));
      const manifest = formatManifest({ mediaType: mediaTypes.ociManifest, config: configDescriptor, layers: [layer] });
      return { ...(await registry.pushManifest(repository, manifest)), platform };
    }),
  );
  const index = formatIndex({ mediaType: mediaTypes.ociIndex, manifests });
  return (await registry.pushManifest(repository, index)).digest;
}
