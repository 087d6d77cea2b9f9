import { bundleReferrer } from './bundle-referrer.ts';
import { formatStatement, signaturePredicateType } from './claim.ts';
import type { PushOptions, PushSignature } from './push.ts';
import { signStatement } from './write-bundle.ts';

/** Signs a claim; the bundle is pushed as a referrer of its subject, as `cosign sign` 3.1.3 does. */
export async function makeBundle(options: PushOptions): Promise<PushSignature> {
  const { claim, signer, witnesses, signal } = options;
  const bundleJson = await signStatement(formatStatement(claim), signer, witnesses, signal);
  return bundleReferrer(options, bundleJson, signaturePredicateType);
}
