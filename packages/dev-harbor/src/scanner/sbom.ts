import { digestOf } from '@harbor-pilot/oci';
import type { ImageScan } from './image-scan.ts';
import type { PackageList } from './inventory.ts';
import { scannerIdentity } from './mime-types.ts';
import type { ScannedArtifact } from './scan-request.ts';

/** The one form of bills of materials that is made. */
export const spdxMediaType = 'application/spdx+json';

/** Kinds of package URLs by the ecosystem of a list, without its release. */
const purlTypes: Readonly<Record<string, string>> = {
  Debian: 'deb/debian',
  Ubuntu: 'deb/ubuntu',
  Alpine: 'apk/alpine',
  Wolfi: 'apk/wolfi',
  Chainguard: 'apk/chainguard',
  npm: 'npm',
};

/** The bill of materials of an image (Pluggable Scanner API 1.2, `HarborSbomReport`) as an SPDX 2.3 document, ready for JSON. */
export function formatSbom(artifact: ScannedArtifact, { inventory, log }: ImageScan, generatedAt: Date): object {
  const packages = inventory.lists
    .flatMap(packagesOf)
    .map((one, place) => ({ SPDXID: `SPDXRef-Package-${place}`, ...one }));
  const image = {
    SPDXID: 'SPDXRef-Image',
    name: artifact.repository,
    versionInfo: artifact.digest,
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
  };
  const content = [image, ...packages];
  return {
    generated_at: generatedAt.toISOString(),
    artifact,
    scanner: scannerIdentity,
    vendor_attributes: { log, unread: inventory.unread },
    media_type: spdxMediaType,
    sbom: {
      spdxVersion: 'SPDX-2.3',
      dataLicense: 'CC0-1.0',
      SPDXID: 'SPDXRef-DOCUMENT',
      name: `${artifact.repository}@${artifact.digest}`,
      documentNamespace: `urn:harbor-pilot:sbom:${digestOf(JSON.stringify(content)).slice('sha256:'.length)}`,
      creationInfo: {
        created: `${generatedAt.toISOString().slice(0, 19)}Z`,
        creators: [`Tool: ${scannerIdentity.name}-${scannerIdentity.version}`],
      },
      packages: content,
      relationships: [
        relation('SPDXRef-DOCUMENT', 'DESCRIBES', image.SPDXID),
        ...packages.map(({ SPDXID }) => relation(image.SPDXID, 'CONTAINS', SPDXID)),
      ],
    },
  };
}

/** Whether a report is a bill of materials. */
export function isSbomReport(report: object): boolean {
  return 'sbom' in report;
}

function packagesOf({ ecosystem, packages }: PackageList): object[] {
  const type = purlTypes[ecosystem.split(':')[0] ?? ''];
  return packages.map(({ name, version }) => ({
    name,
    versionInfo: version,
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    ...(type === undefined ? {} : { externalRefs: [purlReference(type, name, version)] }),
  }));
}

function purlReference(type: string, name: string, version: string): object {
  const path = name.split('/').map(encodeURIComponent).join('/');
  const referenceLocator = `pkg:${type}/${path}@${encodeURIComponent(version)}`;
  return { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator };
}

function relation(spdxElementId: string, relationshipType: string, relatedSpdxElement: string): object {
  return { spdxElementId, relationshipType, relatedSpdxElement };
}
