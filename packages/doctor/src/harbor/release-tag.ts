import type { DoctorContext } from '../context.ts';

/** The tag that the user named; undefined when it was a digest, or nothing. */
export function releaseTag({ tagOrDigest }: DoctorContext): string | undefined {
  return tagOrDigest?.includes(':') === true ? undefined : tagOrDigest;
}
