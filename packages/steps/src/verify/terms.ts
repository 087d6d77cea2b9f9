import { formatTime, PilotError } from '@harbor-pilot/core';
import {
  ageOfTrustRoot,
  parsePredicateType,
  parseTrustRoot,
  type RequiredAttestation,
  type SignerPolicy,
  type TrustRoot,
  type Waiver,
} from '@harbor-pilot/sign';
import type { InputValues, ReportedTerms, Runtime } from '@harbor-pilot/step-kit';
import { parseAnnotations } from '../annotations.ts';
import { readNamed } from '../named-file.ts';
import type { trustInputs } from './inputs.ts';
import { findTerms, firstGiven, type TermValues, type WrittenTerms } from './policy-file.ts';
import { describeAttestation, readAttestations } from './required-attestations.ts';
import { parseSignedFor } from './signed-for.ts';
import { type NamedSigner, policyOf, readSignerList, readSigners } from './signers.ts';

/** Whose signatures count, and what else is required: read and checked before anything is asked of a registry. */
export interface VerifyTerms {
  readonly policy: SignerPolicy;
  /** `registry/repository`, or `registry/project/*`; without it the repository of the image. */
  readonly signedFor: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  readonly attestations: readonly RequiredAttestation[];
  /** For reports. */
  readonly reported: ReportedTerms;
  readonly warnings: readonly string[];
}

/**
 * Reads whose signatures count.
 * @param types of attestations that are required besides.
 * @returns undefined when nobody is trusted: nothing shall be verified then.
 * @throws PilotError INPUT_INVALID, CONFIG_INVALID with the line; KEY_INVALID, TRUST_ROOT_INVALID, FILE_UNREADABLE
 */
export async function readTerms(
  given: TermValues & InputValues<Pick<typeof trustInputs, 'verifyPolicy'>>,
  runtime: Runtime,
  types: readonly string[] = [],
): Promise<VerifyTerms | undefined> {
  const written = await findTerms(given, runtime);
  const { values, where } = written;
  const place: Runtime = { ...runtime, workspace: written.folder };
  const signers = [...(await readSigners(values, where, place)), ...(await readSignerList(values.signers, place))];
  if (signers.length === 0) return nobody(given, values, types);
  const policy = await policyOf(signers, await readTrustRoot(written), waiversOf(values));
  const attestations = [
    ...types.map((type) => ({ predicateType: parsePredicateType(type), conditions: [] })),
    ...(await readAttestations(values.attestations, policy, place)),
  ];
  const annotations = parseAnnotations('require-annotations', values.requireAnnotations ?? []);
  const signedFor = values.signedFor === undefined ? undefined : parseSignedFor(values.signedFor);
  return {
    policy,
    signedFor,
    annotations,
    attestations,
    ...describe(signers, policy, { signedFor, annotations, attestations }, runtime),
  };
}

/** Conditions without anybody who is trusted are a mistake: they would check nothing. */
function nobody(
  given: InputValues<Pick<typeof trustInputs, 'verifyPolicy'>>,
  values: TermValues,
  types: readonly string[],
): undefined {
  if (given.verifyPolicy === undefined && firstGiven(values) === undefined && types.length === 0) return undefined;
  throw nobodyTrusted();
}

/** The error of a verification that trusts nobody. */
export function nobodyTrusted(): PilotError {
  return new PilotError('INPUT_INVALID', 'nobody is trusted: there is neither a key nor an identity to verify with', {
    hint: 'Give public-key, or certificate-identity together with certificate-oidc-issuer, or a policy file.',
  });
}

async function readTrustRoot({ values, folder }: WrittenTerms): Promise<TrustRoot | undefined> {
  const file = values.trustedRoot;
  if (file === undefined) return undefined;
  return parseTrustRoot((await readNamed(file, folder)).toString('utf8'), file);
}

function waiversOf(values: TermValues): ReadonlySet<Waiver> {
  const asked: Readonly<Record<Waiver, boolean | undefined>> = {
    'transparency-log': values.insecureIgnoreTransparencyLog,
    timestamp: values.insecureIgnoreTimestamp,
    'certificate-transparency': values.insecureIgnoreCertificateTransparency,
  };
  return new Set((Object.keys(asked) as Waiver[]).filter((waiver) => asked[waiver] === true));
}

function describe(
  signers: readonly NamedSigner[],
  { trustRoot, waivers }: SignerPolicy,
  { signedFor, annotations, attestations }: Pick<VerifyTerms, 'signedFor' | 'annotations' | 'attestations'>,
  { clock }: Runtime,
): Pick<VerifyTerms, 'reported' | 'warnings'> {
  const age = trustRoot === undefined ? undefined : ageOfTrustRoot(trustRoot, clock.now());
  const reported: ReportedTerms = {
    signers: signers.map(({ words }) => words),
    rules: [
      `Each signature must have been made for ${signedFor ?? 'the repository that it is in'}.`,
      ...Object.entries(annotations).map(
        ([name, value]) => `Each signature must have the annotation ${name}=${value}.`,
      ),
      ...attestations.map(describeAttestation),
      trustRoot === undefined
        ? 'Only the key is checked: no log and no timestamp is asked for without a trusted-root.'
        : 'What the trust root has must speak for it: its logs, its timestamp authorities, its certificate logs.',
    ],
    waivers: [...waivers],
    ...(trustRoot === undefined || age === undefined
      ? {}
      : { trustRoot: { origin: trustRoot.origin, updatedAt: trustRoot.updatedAt, ageDays: age.days } }),
  };
  const isOld = trustRoot !== undefined && age?.isOld === true;
  return {
    reported,
    warnings: isOld
      ? [
          `the trust root ${trustRoot.origin} is of ${formatTime(new Date(trustRoot.updatedAt))}, ${age.days} days ago: get a newer one`,
        ]
      : [],
  };
}
