import type { Digest } from '@harbor-pilot/oci';
import type { Runtime } from '@harbor-pilot/step-kit';
import type { RegistryConnection } from '../connect.ts';
import { imageName } from '../record-file.ts';
import { verifyOne } from './examine.ts';
import { refusalOf } from './refusal.ts';
import { Tally } from './tally.ts';
import { tell } from './tell.ts';
import type { VerifyTerms } from './terms.ts';

/**
 * Lets only an image go on that is signed by somebody who is trusted, with each image of its index.
 * @throws PilotError SIGNATURE_MISSING, SIGNATURE_INVALID, TRUST_ROOT_EXPIRED, ATTESTATION_MISSING, ATTESTATION_INVALID,
 *   PULL_REFUSED
 */
export async function requireVerified(
  digest: Digest,
  terms: VerifyTerms,
  connection: RegistryConnection,
  runtime: Runtime,
): Promise<void> {
  const startedAt = runtime.clock.now();
  const { registry, reference } = connection;
  const tally = new Tally('image');
  tally.add(await verifyOne({ registry, repository: reference.repository, digest, tags: [] }, terms, runtime));
  const { head, images } = tally.report(imageName(connection), terms, [], startedAt, runtime);
  const report = { ...head, images };
  tell(report, runtime);
  const error = refusalOf(report);
  if (error !== undefined) throw error;
}
