import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import { answerList, type Keys } from '../server/listing.ts';
import type { Scanner } from '../store/scanners.ts';
import type { VersionTraits } from '../version.ts';

/** How scanner registrations are found. */
const keys: Keys<Scanner> = {
  uuid: ({ uuid }) => uuid,
  name: ({ name }) => name,
  url: ({ url }) => url,
  description: ({ description }) => description,
  disabled: ({ isDisabled }) => isDisabled === 1,
  is_default: ({ isDefault }) => isDefault === 1,
  auth: ({ auth }) => auth,
  create_time: ({ createdAt }) => createdAt,
  update_time: ({ updatedAt }) => updatedAt,
};

/**
 * Answers with a list of scanner registrations, in their order whatever is asked for.
 * Harbor asks one after the other, and no more of them once one does not answer.
 */
export async function answerScanners(harbor: Harbor, exchange: Exchange, items: readonly Scanner[]): Promise<void> {
  const views = new Map<string, Awaited<ReturnType<typeof viewScanner>>>();
  for (const scanner of items) views.set(scanner.uuid, await viewScanner(harbor, scanner));
  let allAnswer = true;
  const view = ({ uuid }: Scanner) => {
    const seen = views.get(uuid);
    allAnswer &&= seen?.capabilities !== null;
    return allAnswer ? seen : { ...seen, capabilities: null };
  };
  answerList(exchange, { items, keys, view, isOrdered: true });
}

/** A scanner registration as the API writes it. */
export async function viewScanner(harbor: Harbor, scanner: Scanner) {
  const metadata = await harbor.scanJobs.metadataOf(scanner);
  const types = metadata?.capabilities.map(({ type }) => type) ?? [];
  const kinds = ['vulnerability', 'sbom'].filter((kind) => types.includes(kind));
  const abilities = types.every((type) => type === '')
    ? { support_vulnerability: true, support_sbom: false }
    : Object.fromEntries(kinds.map((kind) => [`support_${kind}`, true]));
  return {
    ...viewRegistration(harbor.version, scanner),
    capabilities: metadata === undefined ? null : abilities,
  };
}

/** A scanner registration without what the scanner itself says. */
export function viewRegistration(version: VersionTraits, scanner: Scanner) {
  return {
    access_credential: version.hidesScannerCredentials ? '' : scanner.credential,
    auth: scanner.auth,
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
