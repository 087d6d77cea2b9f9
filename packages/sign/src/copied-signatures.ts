import { type Digest, type Manifest, parseManifest } from '@harbor-pilot/oci';
import { parseClassicTag, type WholeImage } from '@harbor-pilot/registry';
import { predicateTypeAnnotation } from './bundle-referrer.ts';
import { signaturePredicateType } from './claim.ts';
import { chooseFormat } from './format.ts';
import { classicReferrerType } from './referred-signatures.ts';
import { bundleMediaType } from './write-bundle.ts';

/**
 * The digests of an image with signatures that a Harbor of some version does not recognise, because they are bundles alone.
 * Copying cannot turn a bundle into a classic signature: what is signed is not the same.
 */
export async function unrecognisedSignatures(
  { attached, content }: WholeImage,
  harborVersion: string,
): Promise<readonly Digest[]> {
  if (chooseFormat(harborVersion) !== 'classic') return [];
  const [bundled, classic] = [new Set<Digest>(), new Set<Digest>()];
  for (const { descriptor, tag } of attached) {
    const tagged = parseClassicTag(tag ?? '');
    if (tagged?.suffix === 'sig') classic.add(tagged.digest);
    const parsed = parseManifest(await content.read(descriptor), descriptor.mediaType);
    if (parsed.kind === 'index' || parsed.manifest.subject === undefined) continue;
    const { subject } = parsed.manifest;
    if (typesOf(parsed.manifest).includes(classicReferrerType)) classic.add(subject.digest);
    if (isSignatureBundle(parsed.manifest)) bundled.add(subject.digest);
  }
  return [...bundled].filter((digest) => !classic.has(digest));
}

function typesOf({ artifactType, config }: Manifest): readonly string[] {
  return [artifactType ?? '', config.mediaType];
}

/** A bundle that does not say what it is about may be a signature. */
function isSignatureBundle(manifest: Manifest): boolean {
  const predicateType = manifest.annotations?.[predicateTypeAnnotation] ?? signaturePredicateType;
  return typesOf(manifest).includes(bundleMediaType) && predicateType === signaturePredicateType;
}
