import { PilotError } from '@harbor-pilot/core';
import { parseReference } from '@harbor-pilot/oci';

const anyName = '/*';

/**
 * Reads for which repository signatures must have been made: `registry/repository`, or `registry/project/*`.
 * @returns it, with the host in small letters.
 * @throws PilotError INPUT_INVALID for anything else, as no signature would be for it.
 */
export function parseSignedFor(text: string): string {
  const isProject = text.endsWith(anyName);
  try {
    const { registry, repository, tag, digest } = parseReference(isProject ? `${text.slice(0, -1)}any` : text);
    const isPlace = tag === undefined && digest === undefined && (!isProject || repository.includes('/'));
    if (isPlace) return isProject ? `${registry}/${repository.slice(0, -'any'.length)}*` : `${registry}/${repository}`;
  } catch (cause) {
    throw noRepository(text, cause);
  }
  throw noRepository(text);
}

function noRepository(text: string, cause?: unknown): PilotError {
  return new PilotError('INPUT_INVALID', `signed-for: "${text}" is no repository that signatures can be made for`, {
    cause,
    hint: 'Write registry/project/app without a tag, or registry/project/* for the repository of the same name in that project.',
  });
}

/**
 * The repository that the signatures of an image must have been made for.
 * @param image `registry/project/app`.
 */
export function expectedReference(signedFor: string | undefined, image: string): string {
  if (signedFor === undefined) return image;
  if (!signedFor.endsWith(anyName)) return signedFor;
  const [, , ...name] = image.split('/');
  return `${signedFor.slice(0, -1)}${name.join('/')}`;
}
