import { asArray } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import type { KindOfScan } from '../wait/scan-kind.ts';
import { type WaitOptions, waitForScans } from '../wait/wait-for-scans.ts';

/** The bill of materials of one image. */
export interface ImageSbom {
  readonly digest: Digest;
  /** Of the bill of materials, which is an artifact of its own in the same repository. */
  readonly sbomDigest: Digest;
  readonly platform: string;
  /** As the scanner wrote it: SPDX or CycloneDX. Not empty. */
  readonly document: Readonly<Record<string, unknown>>;
  /** How many packages or components it lists. */
  readonly packageCount: number;
}

/**
 * Ensures that every image behind a digest has a bill of materials in Harbor, and reads it. Where there is none Harbor
 * is asked to have its scanner make one, which takes the permission "sbom: create".
 * @throws PilotError SCAN_UNFINISHED, SCAN_FAILED, SCAN_NO_SCANNER (also when the scanner makes no bills of
 *   materials), and what the Harbor client throws.
 */
export async function ensureSbom(options: WaitOptions): Promise<readonly ImageSbom[]> {
  const { images } = await waitForScans(sbomScan, options);
  return images.map(({ digest, platform, result }) => ({ digest, platform, ...result }));
}

const sbomScan: KindOfScan<Pick<ImageSbom, 'sbomDigest' | 'document' | 'packageCount'>> = {
  kind: 'sbom',
  verb: 'make bills of materials of',
  noun: 'scan for a bill of materials',
  isSummedUp: false,
  overviewOf: ({ sbom }) => sbom,
  read: async ({ harbor, project, repository }, _digest, { sbomDigest }) => {
    if (sbomDigest === undefined) return undefined;
    const document = await harbor.billOfMaterials(project, repository, sbomDigest);
    if (document === undefined || Object.keys(document).length === 0) return undefined;
    const packageCount = asArray(document.packages).length + asArray(document.components).length;
    return { sbomDigest, document, packageCount };
  },
};
