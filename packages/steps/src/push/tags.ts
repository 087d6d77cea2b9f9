import { PilotError } from '@harbor-pilot/core';
import { type Digest, hexOf, isTag } from '@harbor-pilot/oci';
import type { Connection } from '../connect.ts';

/** The tag that an image wears until its gate has passed. An image without a tag may be collected by Harbor at any time. */
export function quarantineTagOf(digest: Digest): string {
  return `pilot-${hexOf(digest).slice(0, 12)}`;
}

/**
 * The tags that an image shall have: the input, and the one in `image`.
 * @throws PilotError INPUT_INVALID when one is no tag.
 */
export function releaseTags(tags: readonly string[], connection: Connection): readonly string[] {
  return checkTags([...(connection.reference.tag === undefined ? [] : [connection.reference.tag]), ...tags]);
}

/**
 * Gives back each tag once.
 * @throws PilotError INPUT_INVALID when one is no tag.
 */
export function checkTags(tags: readonly string[]): readonly string[] {
  const bad = tags.find((tag) => !isTag(tag));
  if (bad === undefined) return [...new Set(tags)];
  throw new PilotError('INPUT_INVALID', `"${bad}" is not a tag`, { hint: hintFor(bad) });
}

function hintFor(bad: string): string {
  if (bad.includes(':')) return 'Give the repository as image, and here only what comes after its ":".';
  if (bad.split(/\s+/).every(isTag)) return 'Put commas or line breaks between tags.';
  return `A tag has up to 128 letters, digits, ".", "_" and "-", and does not begin with "." or "-"${similarTo(bad)}.`;
}

/** Names of branches are often wanted as tags. */
function similarTo(name: string): string {
  const tag = name.replace(/[^\w.-]+/g, '-');
  return isTag(tag) ? `: ${tag} would do` : '';
}
