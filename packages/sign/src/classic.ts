import { contentOf } from '@harbor-pilot/oci';
import { classicTag } from '@harbor-pilot/registry';
import { formatPayload } from './claim.ts';
import { classicAnnotations } from './classic-annotations.ts';
import { addToClassicTag, signatureAnnotation } from './classic-tag.ts';
import type { PushOptions, PushSignature } from './push.ts';
import { signContent } from './sign-content.ts';
import { hearWitnesses } from './witness.ts';

/** Type of the layers that are classic signatures (cosign's SIGNATURE_SPEC.md, "Storage"). */
export const payloadMediaType = 'application/vnd.dev.cosign.simplesigning.v1+json';

/**
 * Signs a claim and has the witnesses testify; the signature is added to those under the classic tag, which stay.
 * @throws PilotError what the signer and the witnesses throw; nothing has been pushed then.
 */
export async function makeClassic(options: PushOptions): Promise<PushSignature> {
  const { claim, signer, witnesses = [], signal } = options;
  const payload = contentOf(payloadMediaType, formatPayload(claim));
  const content = await signContent(signer, payload.bytes, undefined);
  const layer = {
    ...payload.descriptor,
    annotations: {
      [signatureAnnotation]: Buffer.from(content.signature).toString('base64'),
      ...classicAnnotations(content, await hearWitnesses(witnesses, content, signal)),
    },
  };
  return () => addToClassicTag(options, classicTag(claim.digest, 'sig'), { descriptor: layer, bytes: payload.bytes });
}
