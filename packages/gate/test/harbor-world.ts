import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { type Clock, systemClock } from '@harbor-pilot/core';
import type { DevHarborControl, HarborVersion, ScriptedScan } from '@harbor-pilot/dev-harbor';
import { platformsOf } from '@harbor-pilot/gate';
import type { Harbor, RobotAccess } from '@harbor-pilot/harbor';
import { basicAuthorization } from '@harbor-pilot/http';
import {
  type Content,
  contentOf,
  type Descriptor,
  type Digest,
  digestOf,
  emptyContent,
  formatIndex,
  formatManifest,
  mediaTypes,
  parseManifest,
} from '@harbor-pilot/oci';
import type { Credentials, Registry } from '@harbor-pilot/registry';
import { jest } from '@jest/globals';
import { harborUnderTest } from '../../harbor/test/harbor-under-test.ts';
import { type MemorySource, memorySource, referrerOf } from '../../registry/test/images.ts';
import { isOnThisMachine, type TestScanner, testScannerOf } from './test-scanner.ts';

const realUrl = process.env.HARBOR_PILOT_TEST_URL ?? '';

/** Whether the tests run against a real Harbor, which has no controls. */
export const isReal = realUrl !== '';

// It takes half a minute to notice how its scanner is, and some tests wait for that several times.
if (isReal) jest.setTimeout(300_000);

/** Whether the Harbor of the tests has a scanner that does as it is told. */
export const isScannable = !isReal || isOnThisMachine(new URL(realUrl).host);

/** An image or index in a Harbor. */
export interface PushedImage {
  readonly project: string;
  readonly repository: string;
  readonly digest: Digest;
  readonly descriptor: Descriptor;
  /** Digests of the images in an index, with their platforms. */
  readonly platforms: ReadonlyMap<Digest, string>;
}

/** A Harbor to scan in and to pull from. */
export interface HarborWorld {
  readonly host: string;
  /** PEM; undefined for a real one with a public certificate. */
  readonly caCertificate: string | undefined;
  readonly harbor: Harbor;
  /** Of the embedded one. */
  readonly control: DevHarborControl;
  /** Of the embedded one, and of a real one on this machine. */
  readonly scanner: TestScanner;
  readonly administrator: Credentials;
  as(credentials: Credentials): Harbor;
  /** As the administrator, who pulls as any client does. */
  registry(): Registry;
  project(metadata?: Readonly<Record<string, string>>): Promise<string>;
  push(project: string, kind?: 'image' | 'index'): Promise<PushedImage>;
  attach(image: PushedImage, artifactType: string): Promise<void>;
  robot(project: string, ...access: readonly string[]): Promise<Credentials>;
  put(path: string, json: unknown): Promise<void>;
  post(path: string, json: unknown): Promise<void>;
  remove(path: string): Promise<void>;
  /** Whether Harbor gives out a manifest; any other answer than 200 and 412 is an error. */
  isPullable(image: PushedImage, digest?: Digest): Promise<boolean>;
  /** Tells the scanner what to find in an image, or in one digest of an index. */
  plant(image: PushedImage, scan: Omit<ScriptedScan, 'repository'>): void;
  close(): Promise<void>;
}

/** A real scanner takes its time, and is not asked more often than anybody else asks it. */
const speed = isReal ? 1 : 40;
const begin = Date.now();

/** Time runs faster for those who wait, so that nobody waits long for the next look at a scan. */
export const quickClock: Clock = {
  now: () => new Date(begin + (Date.now() - begin) * speed),
  sleep: (milliseconds, signal) => systemClock.sleep(milliseconds / speed, signal),
};

/** Finds or starts it. */
export async function harborWorld(version?: HarborVersion): Promise<HarborWorld> {
  const running = await harborUnderTest(version);
  const { administrator, call, http, host } = running;
  const harbor = running.harbor();
  const authorization = basicAuthorization(administrator);
  const scanner = await testScannerOf(running);
  return {
    host,
    caCertificate: running.caCertificate,
    harbor,
    get control() {
      return running.control ?? lacking('controls');
    },
    get scanner() {
      return scanner ?? lacking('scanner of this machine');
    },
    administrator,
    as: (credentials) => running.harbor(credentials),
    registry: () => running.registry(),
    project: async (metadata = {}) => {
      const name = `gate-${randomBytes(4).toString('hex')}`;
      await harbor.ensureProject(name, metadata);
      return name;
    },
    push: async (project, kind = 'image') => {
      const { root, source } = kind === 'image' ? emptyImage('amd64') : emptyIndex();
      const repository = `app-${randomBytes(4).toString('hex')}`;
      await running.registry().pushImage(`${project}/${repository}`, root.descriptor, source, { tags: ['v1'] });
      const parsed = parseManifest(root.bytes, root.descriptor.mediaType);
      const platforms = parsed.kind === 'index' ? platformsOf(parsed.index) : new Map<Digest, string>();
      return { project, repository, digest: root.descriptor.digest, descriptor: root.descriptor, platforms };
    },
    attach: async ({ project, repository, descriptor }, artifactType) => {
      const name = `${project}/${repository}`;
      const open = async () => Readable.from([emptyContent.bytes]);
      await running.registry().pushBlob(name, { descriptor: emptyContent.descriptor, open });
      await running.registry().pushReferrer(name, referrerOf(descriptor, artifactType));
    },
    robot: async (project, ...access) => {
      const name = `r${randomBytes(4).toString('hex')}`;
      const parsed: RobotAccess[] = access.map((one) => {
        const [resource = '', action = ''] = one.split(':');
        return { resource, action };
      });
      const made = await harbor.createRobot({ name, project, durationDays: 1, access: parsed });
      return { username: made.name, password: made.secret };
    },
    put: async (path, json) => void (await call('PUT', path, json)),
    post: async (path, json) => void (await call('POST', path, json)),
    remove: async (path) => void (await call('DELETE', path)),
    isPullable: async ({ project, repository, digest: root }, digest = root) => {
      const url = `https://${host}/v2/${project}/${repository}/manifests/${digest}`;
      const accept = `${mediaTypes.ociManifest}, ${mediaTypes.ociIndex}`;
      const answer = await http.request({ method: 'GET', url, headers: { authorization, accept } });
      await answer.discard();
      if (answer.status !== 200 && answer.status !== 412) throw new Error(`GET ${url}: ${answer.status}`);
      return answer.status === 200;
    },
    plant: ({ project, repository }, scan) => scanner?.tell({ repository: `${project}/${repository}`, ...scan }),
    close: async () => {
      await scanner?.close();
      await running.close();
    },
  };
}

function lacking(what: string): never {
  throw new Error(`a real Harbor has no ${what}`);
}

/** An image that never existed before, of one empty layer: scanners can read it. */
function emptyImage(architecture: string): { root: Content; source: MemorySource } {
  const tar = Buffer.alloc(1024);
  const layer = contentOf(mediaTypes.ociLayerGzip, gzipSync(tar));
  const config = contentOf(
    mediaTypes.ociConfig,
    JSON.stringify({
      architecture,
      os: 'linux',
      config: { Labels: { random: randomBytes(8).toString('hex') } },
      rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
    }),
  );
  const { descriptor } = layer;
  const root = formatManifest({ mediaType: mediaTypes.ociManifest, config: config.descriptor, layers: [descriptor] });
  return { root, source: memorySource(root, config, layer) };
}

function emptyIndex(): { root: Content; source: MemorySource } {
  const images = ['amd64', 'arm64'].map((architecture) => ({ architecture, ...emptyImage(architecture) }));
  const root = formatIndex({
    mediaType: mediaTypes.ociIndex,
    manifests: images.map(({ root: { descriptor }, architecture }) => ({
      ...descriptor,
      platform: { os: 'linux', architecture },
    })),
  });
  return { root, source: memorySource(root, ...images.flatMap(({ source }) => [...source.contents.values()])) };
}

/** A vulnerability to be found. */
export function planted(
  severity: 'Critical' | 'High' | 'Medium' | 'Low' | 'Negligible' | 'Unknown',
  id = `CVE-${severity}`,
) {
  return { id, package: 'openssl', version: '3.0.1', severity };
}
