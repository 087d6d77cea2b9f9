import { PilotError, together } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import type { Runtime } from '@harbor-pilot/step-kit';
import { imageName } from '../record-file.ts';
import { splitRepository } from '../split-repository.ts';
import type { Destination } from './destinations.ts';

/**
 * Brings an image to some destinations, one after the other: each has the line for itself. Who waits for it in all of them
 * should not find it in some, so all are looked at first; and when one fails all the same, those that have it are told.
 * @param deliver brings it to one.
 * @param note told what has been done until now, whenever there is more.
 * @throws PilotError TAG_IMMUTABLE before anything is sent where that can be known; NETWORK_UNREACHABLE, TLS_UNTRUSTED,
 *   AUTH_FAILED, ROBOT_REFUSED, PROJECT_UNAVAILABLE and others of a registry that is not well, also before; and what
 *   `deliver` throws.
 */
export async function deliverToAll<Done>(
  digest: Digest,
  destinations: readonly Destination[],
  deliver: (destination: Destination) => Promise<Done>,
  { warn }: Pick<Runtime, 'warn'>,
  note: (done: readonly Done[]) => Promise<void>,
): Promise<readonly Done[]> {
  // One that is alone, and has one tag, tells all this by itself.
  if (destinations.length > 1 || destinations.some(({ tags }) => tags.length > 1))
    await lookAtTags(digest, destinations);
  const done: Done[] = [];
  for (const destination of destinations) {
    try {
      done.push(await deliver(destination));
    } catch (error) {
      const [have, lack] = [destinations.slice(0, done.length), destinations.slice(done.length)];
      if (have.length > 0) warn(`${digest} is in ${namesOf(have)}, and not in ${namesOf(lack)}`);
      throw error;
    }
    await note(done);
  }
  return done;
}

function namesOf(destinations: readonly Destination[]): string {
  return destinations.map(imageName).join(', ');
}

/**
 * Looks whether destinations answer, take the account, and can have their tags.
 * @throws PilotError as {@link deliverToAll}.
 */
export async function lookAtTags(digest: Digest, destinations: readonly Destination[]): Promise<void> {
  const looks = destinations.flatMap((destination) => {
    const { tags } = destination;
    return (tags.length > 0 ? tags : ['latest']).map((tag) => () => lookAt(tag, digest, destination));
  });
  await together(looks);
}

/** Harbor tells which tags are immutable to who may read artifacts; else the tag itself is refused. */
async function lookAt(tag: string, digest: Digest, destination: Destination): Promise<void> {
  const { registry, reference, advisor } = destination;
  const held = await registry.digestHeld(reference.repository, tag);
  if (held === undefined || held === digest || advisor === undefined) return;
  const { project, repository } = splitRepository(reference.repository);
  const immutable = await advisor.immutableTags(project, repository, tag).catch((): readonly string[] => []);
  if (!immutable.includes(tag)) return;
  throw new PilotError(
    'TAG_IMMUTABLE',
    `${imageName(destination)}:${tag} is immutable and is ${held}: ${digest} was not sent`,
    {
      hint: 'Use a new tag for new content, or change the immutability rules of the project (Policy, Tag Immutability).',
      details: { tag, digest },
    },
  );
}
