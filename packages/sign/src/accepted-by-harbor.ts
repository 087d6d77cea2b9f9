import { type Clock, inParallel, PilotError } from '@harbor-pilot/core';
import type { Harbor } from '@harbor-pilot/harbor';
import type { Digest } from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';
import type { SignedDigest } from './sign-digests.ts';

/** Which signatures Harbor is asked about, and for how long. */
export interface AcceptanceOptions {
  readonly harbor: Harbor;
  /** As any other client pulls: without "cosign" in its User-Agent, for which Harbor lets a signer read what its policies block. */
  readonly puller: Registry;
  readonly project: string;
  /** Without the project, `app`. */
  readonly repository: string;
  /** Of each digest one signature must be accepted. */
  readonly signed: readonly SignedDigest[];
  readonly clock: Clock;
  /** How long a signature may stay unlisted; Harbor usually lists it at once. */
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal;
}

/** A digest whose signature counts, but which Harbor does not give out for another reason. */
export interface RefusedPull {
  readonly digest: Digest;
  /** Harbor's own text. */
  readonly reason: string;
}

const pollMilliseconds = 500;
/** The type by which Harbor's policy "only signed images" goes. */
const acceptedType = 'signature.cosign';

/**
 * Makes sure that Harbor takes what was pushed for signatures, and that it does not refuse to give out any digest for its
 * signature.
 * @returns what it refuses to give out for another reason, such as a scan that has not been made yet.
 * @throws PilotError SIGNATURE_NOT_ACCEPTED when it lists a signature as something else, or not at all in the time given,
 *   or when it refuses a pull for want of a signature; and what Harbor and the registry throw.
 */
export async function assertAcceptedByHarbor(options: AcceptanceOptions): Promise<readonly RefusedPull[]> {
  const { clock, timeoutSeconds, signed } = options;
  const deadline = clock.now().getTime() + timeoutSeconds * 1000;
  const digests = [...new Set(signed.map(({ digest }) => digest))];
  const refused = await inParallel(digests, async (digest) => {
    const signatures = signed.filter((one) => one.digest === digest);
    await awaitListed(options, digest, signatures, deadline);
    return tryPull(options, digest);
  });
  return refused.filter((one) => one !== undefined);
}

async function awaitListed(
  options: AcceptanceOptions,
  digest: Digest,
  signatures: readonly SignedDigest[],
  deadline: number,
): Promise<void> {
  const { harbor, project, repository, clock, signal } = options;
  for (;;) {
    const accessories = await harbor.accessories(project, repository, digest);
    const listed = accessories.filter((one) =>
      signatures.some(({ signatureDigest }) => one.digest === signatureDigest),
    );
    if (listed.some(({ type }) => type === acceptedType)) return;
    if (listed.length === signatures.length || clock.now().getTime() >= deadline) {
      throw await notListed(options, digest, signatures, listed[0]?.type);
    }
    await clock.sleep(pollMilliseconds, signal);
  }
}

/** Asks for a digest as any client would. */
async function tryPull(options: AcceptanceOptions, digest: Digest): Promise<RefusedPull | undefined> {
  const { puller, project, repository } = options;
  try {
    await puller.resolve(`${project}/${repository}`, digest);
    return undefined;
  } catch (error) {
    if (!(error instanceof PilotError) || error.code !== 'PULL_REFUSED') throw error;
    // Harbor's texts: "The image is not signed by cosign." (src/server/middleware/contenttrust, the same in v2.12 and v2.15).
    const tool = /is not signed(?: by (\w+))?/.exec(error.message);
    if (tool === null) return { digest, reason: error.message };
    throw notGivenOut(options, digest, tool[1], error);
  }
}

async function notListed(
  { harbor, project, repository }: AcceptanceOptions,
  digest: Digest,
  signatures: readonly SignedDigest[],
  type: string | undefined,
): Promise<PilotError> {
  const version = (await harbor.version()) ?? 'of an unknown version';
  const forms = signatures.map(({ format }) => format);
  const listed = type === undefined ? 'does not list the signature' : `lists it as "${type}"`;
  return new PilotError(
    'SIGNATURE_NOT_ACCEPTED',
    `${project}/${repository}@${digest} is signed, but Harbor ${version} ${listed}`,
    {
      hint: forms.includes('classic')
        ? `The signature has the form "classic", which Harbor ${version} should know: look at the state of Harbor's core and database.`
        : 'The signature has the form "bundle". Harbor before 2.15 knows only the form "classic": leave the form to the step, or set it to "classic".',
      details: { digest, format: forms.join(', '), version },
    },
  );
}

function notGivenOut(
  { project, repository }: AcceptanceOptions,
  digest: Digest,
  tool: string | undefined,
  cause: PilotError,
): PilotError {
  return new PilotError(
    'SIGNATURE_NOT_ACCEPTED',
    `${project}/${repository}@${digest} is signed, but cannot be pulled: ${cause.message}`,
    {
      cause,
      hint:
        tool === 'notation'
          ? 'The project wants a signature of Notation besides that of cosign (Configuration, Content Trust). Sign with "notation sign" before this step, or switch that policy off.'
          : 'Harbor lists the signature, and yet its policy does not count it: look for a cache or a proxy before Harbor, and at the log of its core.',
      details: { digest },
    },
  );
}
