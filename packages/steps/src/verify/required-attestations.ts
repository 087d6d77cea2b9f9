import { asString } from '@harbor-pilot/core';
import {
  describeCondition,
  parseCondition,
  parsePredicateType,
  type RequiredAttestation,
  type SignerPolicy,
} from '@harbor-pilot/sign';
import type { InputDeclarations, Runtime, Structure } from '@harbor-pilot/step-kit';
import { entriesOf, invalidEntry } from './entries.ts';
import { readPart } from './policy-file.ts';
import { policyOf, readSigners, signerDeclarations } from './signers.ts';

const attestationDeclarations = {
  ...signerDeclarations,
  type: { kind: 'text', description: 'Type of the predicate.', config: 'type' },
  conditions: { kind: 'structure', description: 'What it must say.', schema: {}, config: 'conditions' },
} as const satisfies InputDeclarations;

/**
 * Reads which attestations an image must have, and who must have made them when that is somebody else.
 * @param place with the folder that paths are relative to as its workspace.
 * @throws PilotError CONFIG_INVALID, INPUT_INVALID with the line; KEY_INVALID
 */
export async function readAttestations(
  structure: Structure | undefined,
  policy: SignerPolicy,
  place: Runtime,
): Promise<readonly RequiredAttestation[]> {
  const attestations: RequiredAttestation[] = [];
  for (const entry of entriesOf(structure, 'attestations')) {
    const type = asString(entry.value);
    attestations.push(
      type === undefined
        ? await readAttestation(entry, policy, place)
        : { predicateType: parsePredicateType(type), conditions: [] },
    );
  }
  return attestations;
}

async function readAttestation(entry: Structure, policy: SignerPolicy, place: Runtime): Promise<RequiredAttestation> {
  const values = readPart(attestationDeclarations, entry);
  if (values.type === undefined) throw invalidEntry(entry, 'the attestation has no type');
  const conditions = entriesOf(values.conditions, 'conditions').map(({ value, where }) =>
    parseCondition(value, where([])),
  );
  const own = await readSigners(values, entry.where([]), place);
  const predicateType = parsePredicateType(values.type);
  if (own.length === 0) return { predicateType, conditions };
  return { predicateType, conditions, policy: await policyOf(own, policy.trustRoot, policy.waivers) };
}

/** A requirement as a sentence. */
export function describeAttestation({ predicateType, conditions }: RequiredAttestation): string {
  const that = conditions.length === 0 ? '' : ` in which ${conditions.map(describeCondition).join(' and ')}`;
  return `It must have an attestation ${predicateType}${that}.`;
}
