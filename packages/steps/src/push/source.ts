import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PilotError, printable } from '@harbor-pilot/core';
import { type ContentSource, type Descriptor, distinct, isTag, openDockerArchive, readLayout } from '@harbor-pilot/oci';
import type { InputValues, Runtime } from '@harbor-pilot/step-kit';
import { tagAnnotation } from '../bundle/bundle-files.ts';
import { compressLayers } from './compress-layers.ts';
import type { pushStepInputs } from './inputs.ts';
import { plainArchive } from './plain-archive.ts';
import { wholePlatform } from './whole-platform.ts';

/** An image to push, and where its content is. */
export interface PushSource {
  readonly root: Descriptor;
  readonly content: ContentSource;
}

type SourceValues = Pick<InputValues<typeof pushStepInputs>, 'source' | 'layout'>;

/**
 * Opens what the input `source` names.
 * @throws PilotError INPUT_INVALID for a scheme that nobody knows; FILE_UNREADABLE when there is no such image, or more
 *   than one; REFERENCE_NOT_FOUND, NETWORK_UNREACHABLE of the Docker engine.
 */
export async function openSource({ source, layout }: SourceValues, runtime: Runtime): Promise<PushSource> {
  const [, scheme, rest] = /^([a-z][a-z-]+):(.*)$/s.exec(source ?? `oci:${layout}`) ?? [];
  if (scheme === undefined || rest === undefined || rest === '') throw unknownSource(source ?? '');
  switch (scheme) {
    case 'oci':
      return openImageOfLayout(rest, runtime);
    case 'docker-archive':
      return openArchive(resolve(runtime.workspace, rest), `the archive ${rest}`, runtime);
    case 'docker':
      if (!rest.startsWith('//') || rest === '//') throw unknownSource(source ?? '');
      return openEngineImage(rest.slice(2), runtime);
    default:
      throw unknownSource(source ?? '');
  }
}

/** `FOLDER`, or `FOLDER:TAG` as skopeo names one of several images (containers-transports(5)). */
async function openImageOfLayout(text: string, { workspace }: Runtime): Promise<PushSource> {
  const colon = text.lastIndexOf(':');
  const [folder, tag] = [text.slice(0, colon), text.slice(colon + 1)];
  const isFolder =
    colon <= 0 || !isTag(tag) || (await stat(resolve(workspace, text)).catch(() => undefined)) !== undefined;
  if (isFolder) return onlyImage(await readLayout(resolve(workspace, text)), `the image layout ${text}`);
  return onlyImage(await readLayout(resolve(workspace, folder)), `the image layout ${folder}`, tag);
}

/** Its layers are read more than once, and only the end of what the engine sends says what they are: so it goes through a file. */
async function openEngineImage(image: string, runtime: Runtime): Promise<PushSource> {
  const path = join(await runtime.temporaryFolder(), 'docker-image.tar');
  const { saveFromEngine } = await import('./docker-engine.ts');
  await saveFromEngine(image, path, runtime);
  return openArchive(path, `what the Docker engine has as ${image}`, runtime);
}

async function openArchive(path: string, what: string, runtime: Runtime): Promise<PushSource> {
  const folder = await runtime.temporaryFolder();
  const archive = await openDockerArchive(await plainArchive(path, folder, runtime.signal));
  const { root } = await onlyImage(archive, what);
  const whole = await wholePlatform(root, archive, runtime.warn);
  return compressLayers(whole, archive, folder, runtime.signal);
}

const namesShown = 5;

async function onlyImage(
  content: ContentSource & { roots(): Promise<readonly Descriptor[]> },
  what: string,
  tag?: string,
): Promise<PushSource> {
  const all = await content.roots();
  const nameOf = ({ annotations, digest }: Descriptor): string => annotations?.[tagAnnotation] ?? digest;
  const wanted = distinct(tag === undefined ? all : all.filter((one) => nameOf(one) === tag));
  const [root] = wanted;
  if (root !== undefined && wanted.length === 1) return { root, content };
  const images = tag === undefined ? wanted : all;
  const names = [...images.slice(0, namesShown).map(nameOf), ...(images.length > namesShown ? ['…'] : [])];
  const list = names.length === 0 ? '' : `: ${names.map((name) => printable(name, 128)).join(', ')}`;
  const count = tag === undefined ? `has ${images.length} images` : `has ${wanted.length} images called ${tag}`;
  throw new PilotError('FILE_UNREADABLE', `${what} ${count}${list}`, {
    hint: 'Give one with just one image, as the build step and "docker save NAME:TAG" write it; of a layout, name one: oci:folder:tag.',
  });
}

function unknownSource(source: string): PilotError {
  return new PilotError('INPUT_INVALID', `the input "source" is "${source}"`, {
    hint: 'Write docker://name:tag, docker-archive:image.tar, oci:folder or oci:folder:tag.',
  });
}
