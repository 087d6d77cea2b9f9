import type { PilotError } from '@harbor-pilot/core';
import { bindingRefusal } from '../binding-refusal.ts';
import { signaturePredicateType } from '../claim.ts';
import { withheldBy } from '../withheld.ts';
import { describeCondition, meetsCondition } from './conditions.ts';
import type {
  AttestationFailure,
  AttestationsOptions,
  ExaminedRequirement,
  ProvedAttestation,
  RefusedAttestation,
  RequiredAttestation,
} from './examined-attestations.ts';
import { listAttestations, type StoredAttestation } from './list-attestations.ts';
import { readFact } from './statement.ts';

/**
 * The attestations of a digest that count, those of one type when it is given. Each is judged by what was signed: the
 * announced type only spares reading others. Those that do not count come with the reason; signatures are left out.
 * @param predicateType URI.
 * @throws PilotError PULL_REFUSED when Harbor does not give one out; and what the registry throws.
 */
export async function* findAttestations(
  options: AttestationsOptions,
  predicateType?: string,
): AsyncGenerator<ProvedAttestation | RefusedAttestation> {
  for await (const stored of listAttestations(options.registry, options.repository, options.digest)) {
    options.signal?.throwIfAborted();
    const found = await readAttestation(stored, options, predicateType);
    if (found !== undefined) yield found;
  }
}

/** undefined for what is of another type, or a signature. */
async function readAttestation(
  stored: StoredAttestation,
  options: AttestationsOptions,
  wantedType: string | undefined,
): Promise<ProvedAttestation | RefusedAttestation | undefined> {
  const { format, attestationDigest, announcedType } = stored;
  if (wantedType !== undefined && announcedType !== undefined && announcedType !== wantedType) return undefined;
  const refused = (failure: AttestationFailure, reason: string): RefusedAttestation => ({
    format,
    attestationDigest,
    announcedType,
    failure,
    reason,
  });
  const proved = await stored.prove(options.policy, options.clock.now());
  if ('failure' in proved) return refused(proved.failure, proved.reason);
  const fact = readFact(proved.statement, options.digest);
  if (typeof fact === 'string') return refused(fact, reasons[fact]);
  if (fact.predicateType === signaturePredicateType) return undefined;
  if (wantedType !== undefined && fact.predicateType !== wantedType) return undefined;
  const unbound = bindingRefusal(fact.reference, options.expectedReference);
  if (unbound !== undefined) return refused(unbound.failure, unbound.reason);
  return { ...fact, format, attestationDigest, proof: proved.proof };
}

const reasons = {
  damaged: 'what was signed is no in-toto statement, or can be understood in two ways',
  'another digest': 'it is about another digest',
  'several subjects': 'it is about several subjects, and does not say what of which',
} as const;

/**
 * Looks at what a digest must have: of each requirement the attestations that meet it, and those that do not and why.
 * @throws PilotError what the registry throws; what is not given out is told, not thrown.
 */
export async function examineAttestations(
  options: AttestationsOptions,
  required: readonly RequiredAttestation[],
): Promise<readonly ExaminedRequirement[]> {
  if (required.length === 0) return [];
  const stored: StoredAttestation[] = [];
  const withheld = await withheldBy(async () => {
    for await (const one of listAttestations(options.registry, options.repository, options.digest)) stored.push(one);
  });
  const examined: ExaminedRequirement[] = [];
  for (const one of required) examined.push(await examineRequirement(options, one, stored, withheld));
  return examined;
}

async function examineRequirement(
  options: AttestationsOptions,
  required: RequiredAttestation,
  stored: readonly StoredAttestation[],
  notListed: PilotError | undefined,
): Promise<ExaminedRequirement> {
  const proved: ProvedAttestation[] = [];
  const refused: RefusedAttestation[] = [];
  const judging = { ...options, policy: required.policy ?? options.policy };
  let withheld = notListed;
  for (const one of stored) {
    options.signal?.throwIfAborted();
    const notRead = await withheldBy(async () => {
      const judged = judge(await readAttestation(one, judging, required.predicateType), required, options.clock.now());
      if (judged === undefined) return;
      if ('failure' in judged) refused.push(judged);
      else proved.push(judged);
    });
    withheld = notRead ?? withheld;
  }
  return { required, proved, refused, ...(withheld === undefined ? {} : { withheld }) };
}

/** What an attestation is to a requirement; undefined when it has nothing to do with it. */
function judge(
  found: ProvedAttestation | RefusedAttestation | undefined,
  required: RequiredAttestation,
  now: Date,
): ProvedAttestation | RefusedAttestation | undefined {
  if (found === undefined) return undefined;
  // What neither announces nor proves its type may be of any.
  if ('failure' in found) return found.announcedType === required.predicateType ? found : undefined;
  const reason = unmetCondition(found, required, now);
  return reason === undefined ? found : refusedFor(found, reason);
}

function unmetCondition(
  { predicate }: ProvedAttestation,
  { conditions }: RequiredAttestation,
  now: Date,
): string | undefined {
  const unmet = conditions.filter((condition) => !meetsCondition(predicate, condition, now));
  return unmet.length === 0 ? undefined : `it does not hold that ${unmet.map(describeCondition).join(', or that ')}`;
}

function refusedFor(found: ProvedAttestation, reason: string): RefusedAttestation {
  const { format, attestationDigest, predicateType } = found;
  return { format, attestationDigest, announcedType: predicateType, failure: 'conditions', reason };
}
