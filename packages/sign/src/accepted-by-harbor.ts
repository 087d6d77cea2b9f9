import { type Clock, PilotError } from '@harbor-pilot/core';
import type { Accessory, Harbor } from '@harbor-pilot/harbor';
import type { SignatureFormat } from './format.ts';
import type { SignedDigest } from './sign-digests.ts';

/** Which signatures Harbor is asked about, and for how long. */
export interface AcceptanceOptions {
  readonly harbor: Harbor;
  readonly project: string;
  /** Without the project, `app`. */
  readonly repository: string;
  readonly signed: readonly SignedDigest[];
  readonly format: SignatureFormat;
  readonly clock: Clock;
  /** How long a signature may stay unlisted; Harbor usually lists it at once. */
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal;
}

const pollMilliseconds = 500;
/** The type by which Harbor's policy "only signed images" goes. */
const acceptedType = 'signature.cosign';

/**
 * Makes sure that Harbor takes what was pushed for signatures, so that its policy will give the image out.
 * @throws PilotError SIGNATURE_NOT_ACCEPTED when it lists a signature as something else, or not at all in the time given.
 */
export async function assertAcceptedByHarbor(options: AcceptanceOptions): Promise<void> {
  const { clock, timeoutSeconds, signal } = options;
  const deadline = clock.now().getTime() + timeoutSeconds * 1000;
  for (const signed of options.signed) {
    for (;;) {
      const accessory = await findAccessory(options, signed);
      if (accessory?.type === acceptedType) break;
      if (accessory !== undefined || clock.now().getTime() >= deadline) throw await refusal(options, signed, accessory);
      await clock.sleep(pollMilliseconds, signal);
    }
  }
}

async function findAccessory(options: AcceptanceOptions, signed: SignedDigest): Promise<Accessory | undefined> {
  const accessories = await options.harbor.accessories(options.project, options.repository, signed.digest);
  return accessories.find(({ digest }) => digest === signed.signatureDigest);
}

async function refusal(options: AcceptanceOptions, signed: SignedDigest, accessory?: Accessory): Promise<PilotError> {
  const { project, repository, format } = options;
  const version = (await options.harbor.version()) ?? 'of an unknown version';
  const listed = accessory === undefined ? 'does not list the signature' : `lists it as "${accessory.type}"`;
  const other = 'Harbor before 2.15 knows only the form "classic": leave the form to the step, or set it to "classic".';
  return new PilotError(
    'SIGNATURE_NOT_ACCEPTED',
    `${project}/${repository}@${signed.digest} is signed, but Harbor ${version} ${listed}`,
    {
      hint:
        format === 'bundle'
          ? `The signature has the form "bundle". ${other}`
          : `The signature has the form "classic", which Harbor ${version} should know: look at the state of Harbor's core and database.`,
      details: { digest: signed.digest, signatureDigest: signed.signatureDigest, format, version },
    },
  );
}
