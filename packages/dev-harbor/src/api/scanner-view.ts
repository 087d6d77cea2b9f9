import type { Harbor } from '../harbor.ts';
import type { Keys } from '../server/listing.ts';
import type { Scanner } from '../store/scanners.ts';

/** How scanner registrations are found. */
export const scannerKeys: Keys<Scanner> = {
  name: (scanner) => scanner.name,
  url: (scanner) => scanner.url,
  description: (scanner) => scanner.description,
};

/** A scanner registration as the API writes it. */
export async function viewScanner(harbor: Harbor, scanner: Scanner) {
  const metadata = await harbor.scanJobs.metadataOf(scanner);
  const supports = (kind: string) => metadata?.capabilities.some(({ type }) => type === kind) ?? false;
  return {
    access_credential: scanner.credential,
    auth: scanner.auth,
    capabilities:
      metadata === undefined
        ? null
        : { support_sbom: supports('sbom'), support_vulnerability: supports('vulnerability') },
    create_time: scanner.createdAt,
    description: scanner.description,
    disabled: scanner.isDisabled === 1,
    is_default: scanner.isDefault === 1,
    name: scanner.name,
    skip_certVerify: scanner.skipsVerification === 1,
    update_time: scanner.updatedAt,
    url: scanner.url,
    use_internal_addr: scanner.usesInternalAddress === 1,
    uuid: scanner.uuid,
  };
}
