import type { Allowlist } from '@harbor-pilot/harbor';
import { fewOf } from '../few-of.ts';
import type { ExceptedImage, Exception } from './exception.ts';
import { platformsInScope } from './scope.ts';

/**
 * The exceptions of a CVE allowlist of Harbor. It has one end for all of them, and no reasons.
 * @param project whose list it is; absent for that of the system.
 */
export function allowlistExceptions({ ids, expiresAt }: Allowlist, project?: string): readonly Exception[] {
  const from = project === undefined ? 'CVE allowlist of the system' : `CVE allowlist of the project ${project}`;
  return [...new Set(ids)].map((id) => ({
    ids: [id],
    kind: 'accepted',
    reason: 'allowed in Harbor',
    from,
    ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.toISOString() }),
  }));
}

/**
 * Where a CVE allowlist of Harbor and the exceptions that people have written differ, in sentences: an image may pass here
 * that Harbor does not give out, and the other way round. Harbor knows only ids, so only these are compared, of the
 * exceptions that are about the image.
 */
export function allowlistDrift(
  own: readonly Exception[],
  allowlist: readonly Exception[],
  image: ExceptedImage,
  now: Date,
): readonly string[] {
  const isLive = ({ expiresAt }: Exception): boolean =>
    expiresAt === undefined || Date.parse(expiresAt) > now.getTime();
  const isAbout = (exception: Exception): boolean => platformsInScope(exception, image) !== undefined;
  const ours = own.filter((exception) => exception.kind === 'accepted' && isLive(exception) && isAbout(exception));
  const theirs = allowlist.filter(isLive);
  const onlyHere = idsOnlyIn(ours, theirs);
  const onlyThere = idsOnlyIn(theirs, ours);
  const list = theirs[0]?.from ?? 'CVE allowlist of Harbor';
  return [
    ...(onlyHere.length > 0
      ? [`Excepted here, but not on the ${list}: ${fewOf(onlyHere)}. Harbor counts them when it gives out the image.`]
      : []),
    ...(onlyThere.length > 0
      ? [`On the ${list}, but excepted nowhere else: ${fewOf(onlyThere)}. Harbor's list has no reasons.`]
      : []),
  ];
}

function idsOnlyIn(exceptions: readonly Exception[], others: readonly Exception[]): readonly string[] {
  const known = new Set(others.flatMap(({ ids }) => ids.map((id) => id.toUpperCase())));
  const missing = exceptions.filter(({ ids }) => !ids.some((id) => known.has(id.toUpperCase())));
  return missing.map(({ ids }) => ids[0]);
}
