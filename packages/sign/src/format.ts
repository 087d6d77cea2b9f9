/** How a signature is kept: a Sigstore bundle as a referrer, or cosign's older tag `sha256-….sig`. */
export type SignatureFormat = 'bundle' | 'classic';

/** In which forms a digest is signed. */
export type SigningFormat = SignatureFormat | 'both';

/**
 * The form of signature that a registry's policies recognise.
 *
 * Harbor takes a Sigstore bundle for a signature since 2.15 (goharbor/harbor#22628); before, it refuses to give out an
 * image that is signed with a bundle alone. The classic form is recognised by every version, but needs a tag that no rule
 * makes immutable.
 * @param harborVersion as Harbor tells it, `v2.15.2-080b0220`; undefined for a registry that is not Harbor. For a text
 *   without a version, such as an empty one for a Harbor that does not tell, both forms are chosen.
 */
export function chooseFormat(harborVersion: string | undefined): SigningFormat {
  if (harborVersion === undefined) return 'bundle';
  const match = /^v?(\d+)\.(\d+)/.exec(harborVersion);
  if (match === null) return 'both';
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > 2 || (major === 2 && minor >= 15) ? 'bundle' : 'classic';
}

/** The form of each signature of a digest. */
export function formatsOf(format: SigningFormat): readonly SignatureFormat[] {
  return format === 'both' ? ['classic', 'bundle'] : [format];
}
