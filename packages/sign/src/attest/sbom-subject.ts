import { asArray, asObject, asString } from '@harbor-pilot/core';
import { type Digest, isDigest } from '@harbor-pilot/oci';

/**
 * The digests of images that a bill of materials says it is about; empty when it names none, as those of a file system do.
 *
 * CycloneDX: the component of the metadata, by its package URL, its version (Syft) and its property `RepoDigest` (Trivy).
 * SPDX: the packages that the document describes, by package URL and version.
 */
export function digestsNamedIn(sbom: Readonly<Record<string, unknown>>): readonly Digest[] {
  const texts = sbom.bomFormat === 'CycloneDX' ? textsOfCyclonedx(sbom) : textsOfSpdx(sbom);
  return [...new Set(texts.flatMap(digestIn))];
}

function textsOfCyclonedx(sbom: Readonly<Record<string, unknown>>): readonly unknown[] {
  const component = asObject(asObject(sbom.metadata)?.component);
  if (component === undefined) return [];
  const properties = asArray(component.properties).flatMap((value) => {
    const property = asObject(value);
    return asString(property?.name)?.endsWith(':RepoDigest') ? [property?.value] : [];
  });
  const version = component.type === 'container' ? [component.version] : [];
  return [...version, imageUrl(component.purl), ...properties];
}

function textsOfSpdx(sbom: Readonly<Record<string, unknown>>): readonly unknown[] {
  const related = asArray(sbom.relationships).flatMap((value) => {
    const relationship = asObject(value);
    const isDescribing = relationship?.relationshipType === 'DESCRIBES';
    return isDescribing && relationship.spdxElementId === 'SPDXRef-DOCUMENT' ? [relationship.relatedSpdxElement] : [];
  });
  const described = new Set<unknown>([...asArray(sbom.documentDescribes), ...related]);
  return asArray(sbom.packages).flatMap((value) => {
    const element = asObject(value);
    if (element === undefined || !described.has(element.SPDXID)) return [];
    const urls = asArray(element.externalRefs).map((one) => imageUrl(asObject(one)?.referenceLocator));
    const isImage = element.primaryPackagePurpose === 'CONTAINER' || urls.some((url) => url !== undefined);
    return isImage ? [element.versionInfo, ...urls] : [];
  });
}

/** A package URL of an image; those of other packages have digests of other things. */
function imageUrl(value: unknown): string | undefined {
  const url = asString(value);
  return url?.startsWith('pkg:oci/') || url?.startsWith('pkg:docker/') ? url : undefined;
}

/** `sha256:…`, `name@sha256:…`, `pkg:oci/name@sha256%3A…?…`. */
function digestIn(text: unknown): readonly Digest[] {
  const match = /(?:^|@)(sha256)(?::|%3A)([a-f0-9]{64})(?![a-f0-9])/i.exec(asString(text) ?? '');
  const digest = `${match?.[1]}:${match?.[2]}`.toLowerCase();
  return match !== null && isDigest(digest) ? [digest] : [];
}
