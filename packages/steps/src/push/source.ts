import { join, resolve } from 'node:path';
import { PilotError, printable } from '@harbor-pilot/core';
import { type ContentSource, type Descriptor, openDockerArchive, readLayout } from '@harbor-pilot/oci';
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
 * @throws PilotError INPUT_INVALID for a scheme that nobody knows; FILE_UNREADABLE when there is no such image, or more than one;
 *   REFERENCE_NOT_FOUND, NETWORK_UNREACHABLE of the Docker engine.
 */
export async function openSource({ source, layout }: SourceValues, runtime: Runtime): Promise<PushSource> {
  const [, scheme, rest] = /^([a-z][a-z-]+):(.*)$/s.exec(source ?? `oci:${layout}`) ?? [];
  if (scheme === undefined || rest === undefined || rest === '') throw unknownSource(source ?? '');
  switch (scheme) {
    case 'oci':
      return onlyImage(await readLayout(resolve(runtime.workspace, rest)), `the image layout ${rest}`);
    case 'docker-archive':
      return openArchive(resolve(runtime.workspace, rest), `the archive ${rest}`, runtime);
    case 'docker':
      if (!rest.startsWith('//') || rest === '//') throw unknownSource(source ?? '');
      return openEngineImage(rest.slice(2), runtime);
    default:
      throw unknownSource(source ?? '');
  }
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
): Promise<PushSource> {
  const roots = await content.roots();
  const [root] = roots;
  if (root !== undefined && roots.length === 1) return { root, content };
  const names = roots.slice(0, namesShown).map(({ annotations, digest }) => annotations?.[tagAnnotation] ?? digest);
  const list = [...names, ...(roots.length > namesShown ? ['…'] : [])].map((name) => printable(name, 128)).join(', ');
  throw new PilotError('FILE_UNREADABLE', `${what} has ${roots.length} images${list === '' ? '' : `: ${list}`}`, {
    hint: 'Give one with just one image, as the build step and "docker save NAME:TAG" write it.',
  });
}

function unknownSource(source: string): PilotError {
  return new PilotError('INPUT_INVALID', `the input "source" is "${source}"`, {
    hint: 'Write docker://name:tag, docker-archive:image.tar or oci:folder.',
  });
}
