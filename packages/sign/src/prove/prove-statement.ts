import { asArray, asObject, asString } from '@harbor-pilot/core';
import { parseStrictJson } from '../attest/strict-json.ts';
import { statementPayloadType } from '../dsse.ts';
import type { Proof, Refusal, SignerPolicy } from '../trusted-signers.ts';
import { spokenForByAnnotations } from './classic-material.ts';
import { damaged, prove } from './prove.ts';
import { envelopeMaterial, type SignedMaterial } from './signed-material.ts';

/** A signed statement whose signature was proved. */
export interface ProvedStatement {
  /** The payload of the envelope, an in-toto statement of any predicate type. */
  readonly statement: Uint8Array;
  readonly proof: Proof;
}

/**
 * Proves the JSON text of a bundle whose content is a DSSE envelope with an in-toto statement.
 * @param now nothing may have been signed later.
 * @returns a refusal, never an error, whatever the bundle is.
 */
export async function proveStatement(
  bundleJson: Uint8Array,
  policy: SignerPolicy,
  now: Date,
): Promise<ProvedStatement | Refusal> {
  try {
    const { readBundle } = await import('./bundle-material.ts');
    const bundle = readBundle(bundleJson);
    if (bundle.kind === 'message') throw new Error('it signs no statement');
    return await proveEnvelope(bundle, bundle.material, policy, now);
  } catch (error) {
    return damaged(error);
  }
}

/**
 * Proves an attestation of cosign's classic form (a layer of `sha256-….att`): a DSSE envelope, and beside it the
 * annotations of the layer with certificate, log entry and timestamp.
 * @param now nothing may have been signed later.
 * @returns a refusal, never an error, whatever the envelope is.
 */
export async function proveClassicStatement(
  envelopeJson: Uint8Array,
  annotations: Readonly<Record<string, string>>,
  policy: SignerPolicy,
  now: Date,
): Promise<ProvedStatement | Refusal> {
  try {
    const envelope = asObject(parseStrictJson(envelopeJson, 'the envelope'));
    const [payload, payloadType] = [asString(envelope?.payload), asString(envelope?.payloadType)];
    const [first, ...others] = asArray(envelope?.signatures);
    const signature = asString(asObject(first)?.sig);
    if (payload === undefined || payloadType === undefined || signature === undefined || others.length > 0) {
      throw new Error('it is no envelope with one signature');
    }
    const content = { payloadType, payload: Buffer.from(payload, 'base64') };
    const material = {
      ...envelopeMaterial(payloadType, content.payload, Buffer.from(signature, 'base64')),
      timestamped: Buffer.from(envelopeJson),
      ...spokenForByAnnotations(annotations),
    };
    const proved = await proveEnvelope(content, material, policy, now);
    if (!('failure' in proved) || proved.failure !== 'no timestamp') return proved;
    // cosign verifies timestamps of the whole envelope here, as cosign 2 makes them; cosign 3 makes them of the signature.
    return await proveEnvelope(content, { ...material, timestamped: material.signature }, policy, now);
  } catch (error) {
    return damaged(error);
  }
}

async function proveEnvelope(
  content: { readonly payloadType: string; readonly payload: Uint8Array },
  material: SignedMaterial,
  policy: SignerPolicy,
  now: Date,
): Promise<ProvedStatement | Refusal> {
  if (content.payloadType !== statementPayloadType) throw new Error(`"${content.payloadType}" is no statement`);
  const proof = await prove(material, policy, now);
  return 'failure' in proof ? proof : { statement: content.payload, proof };
}
