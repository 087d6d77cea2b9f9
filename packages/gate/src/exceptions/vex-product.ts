import { isDigest } from '@harbor-pilot/oci';
import type { ImageSelector } from './exception.ts';
import { type PackageUrl, parsePackageUrl } from './package-url.ts';

/** What a VEX document says something of: images, or packages wherever they are. */
export type VexProduct =
  | { readonly kind: 'image'; readonly images: readonly ImageSelector[] }
  | { readonly kind: 'package'; readonly purls: readonly PackageUrl[] };

/**
 * The product that some identifiers name: package URLs, `registry/repository@sha256:…`, a digest.
 * @param sha256 of the product, in hexadecimal, when the document names it; an image must have it then. Where it is none,
 * the document means one image and says in another way which: its name alone is not enough.
 * @returns undefined when none of them is one that an image or a package could be compared with.
 */
export function productOf(identifiers: readonly string[], sha256?: string): VexProduct | undefined {
  const purls = identifiers.flatMap((text) => parsePackageUrl(text) ?? []);
  const isImage = ({ type }: PackageUrl): boolean => type === 'oci' || type === 'docker';
  const images = [
    ...purls.filter(isImage).flatMap((purl) => selectorOfPurl(purl) ?? []),
    ...identifiers.flatMap((text) => selectorOfName(text) ?? []),
  ];
  const packages = purls.filter((purl) => !isImage(purl));
  // The hash of a package is that of its archive, which no scanner tells.
  if (images.length === 0 && packages.length > 0) return { kind: 'package', purls: packages };
  const digest = `sha256:${sha256}`;
  if (!isDigest(digest)) {
    const told = images.filter((image) => sha256 === undefined || image.digest !== undefined);
    return told.length > 0 ? { kind: 'image', images: told } : undefined;
  }
  if (images.length === 0) return { kind: 'image', images: [{ digest }] };
  const agreeing = images.filter((image) => image.digest === undefined || image.digest === digest);
  return agreeing.length > 0 ? { kind: 'image', images: agreeing.map((image) => ({ ...image, digest })) } : undefined;
}

/**
 * The image of a package URL of type `oci` (purl-spec, types/oci): its version is the digest, which says it all; without
 * one, `repository_url` or else the name does. A tag is nothing to go by.
 */
function selectorOfPurl({ type, name, version, qualifiers }: PackageUrl): ImageSelector | undefined {
  const architecture = qualifiers.get('arch');
  const scope = architecture === undefined ? {} : { architecture };
  if (version !== undefined) return isDigest(version) ? { digest: version, ...scope } : undefined;
  if (type !== 'oci' || qualifiers.has('tag')) return undefined;
  const repository = qualifiers.get('repository_url');
  return { ...(repository === undefined ? { shortName: name } : { repository }), ...scope };
}

function selectorOfName(text: string): ImageSelector | undefined {
  if (isDigest(text)) return { digest: text };
  const at = text.lastIndexOf('@');
  const digest = text.slice(at + 1);
  return at > 0 && !text.startsWith('pkg:') && isDigest(digest) ? { repository: text.slice(0, at), digest } : undefined;
}
