import { createReadStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { type Descriptor, type Layout, openLayout, type Platform, parseManifest } from '@harbor-pilot/oci';
import { afterAll } from '@jest/globals';
import { extract } from 'tar-stream';
import { type BuildOptions, type BuiltImage, buildImage } from '../src/index.ts';

export const amd64: Platform = { os: 'linux', architecture: 'amd64' };
export const arm64: Platform = { os: 'linux', architecture: 'arm64' };

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'image-test-'));
  folders.push(folder);
  return folder;
}

/** A build context; a value of `-> x` makes a link to x, names that end with `.sh` are executable. */
export async function contextOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    const absolute = join(folder, path);
    await mkdir(dirname(absolute), { recursive: true });
    if (typeof content === 'string' && content.startsWith('-> ')) {
      await symlink(content.slice(3), absolute);
    } else {
      await writeFile(absolute, content);
      if (path.endsWith('.sh')) await chmod(absolute, 0o700);
    }
  }
  return folder;
}

export interface Built {
  readonly result: BuiltImage;
  readonly layout: Layout;
}

/** Builds a context for linux/amd64 unless told otherwise; base images are refused unless a registry is given. */
export async function build(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: Partial<BuildOptions> = {},
): Promise<Built> {
  const layout = options.layout ?? (await openLayout(await temporaryFolder()));
  const result = await buildImage({
    contextDirectory: await contextOf(files),
    platforms: [amd64],
    registryFor: (host) => {
      throw new Error(`no registry ${host} in this test`);
    },
    ...options,
    layout,
  });
  return { result, layout };
}

export async function manifestOf({ result, layout }: Built, index = 0) {
  const descriptor = result.platforms[index]?.descriptor as Descriptor;
  const parsed = parseManifest(await layout.read(descriptor), descriptor.mediaType);
  if (parsed.kind !== 'manifest') throw new Error('not a manifest');
  return parsed.manifest;
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into the config freely
export async function configOf(built: Built, index = 0): Promise<any> {
  const { config } = await manifestOf(built, index);
  return JSON.parse(Buffer.from(await built.layout.read(config)).toString());
}

export interface Seen {
  readonly type: string;
  readonly mode: string;
  readonly owner: string;
  readonly mtime: number;
  readonly target: string | null;
  readonly content: string;
}

/** Entries of one layer by path, in the order of the tar. */
export async function layerEntries(layout: Layout, descriptor: Descriptor): Promise<Record<string, Seen>> {
  const entries: Record<string, Seen> = {};
  const extractor = createReadStream(layout.blobPath(descriptor.digest))
    .pipe(createGunzip())
    .pipe(extract() as never);
  for await (const entry of extractor as unknown as ReturnType<typeof extract>) {
    const { name, type, mode, uid, gid, mtime, linkname } = entry.header;
    const content = (await buffer(entry as never)).toString();
    const owner = `${uid}:${gid}`;
    entries[name] = { type, mode: mode.toString(8), owner, mtime: mtime.getTime(), target: linkname, content };
  }
  return entries;
}

/** Entries of all layers of an image, later layers over earlier ones. */
export async function filesOf(built: Built, index = 0): Promise<Record<string, Seen>> {
  const { layers } = await manifestOf(built, index);
  const all = await Promise.all(layers.map((layer) => layerEntries(built.layout, layer)));
  return Object.assign({}, ...all);
}

/** What lies in a layout besides blobs with digests as names, `oci-layout` and `index.json`. */
export async function leftovers(layout: Layout): Promise<string[]> {
  const top = (await readdir(layout.directory)).filter((name) => !['blobs', 'oci-layout', 'index.json'].includes(name));
  const blobs = await readdir(join(layout.directory, 'blobs', 'sha256'));
  return [...top, ...blobs.filter((name) => !/^[a-f0-9]{64}$/.test(name))];
}
