import { PilotError } from '@harbor-pilot/core';
import { readWhole } from '@harbor-pilot/registry';
import type { InputValues, OutputValues, PromotionPart, ReleaseRecord, Runtime } from '@harbor-pilot/step-kit';
import { type Connection, connect } from '../connect.ts';
import { copyToAll } from '../copy/copy-to-all.ts';
import { refuseForks } from '../forks.ts';
import { setOutputs } from '../outputs.ts';
import { type Destination, parseDestinations, toDestination } from '../push/destinations.ts';
import { checkTags } from '../push/tags.ts';
import { addPromotions, imageName, readRecord } from '../record-file.ts';
import { requireWritableRecord } from '../require-writable.ts';
import { findDigest, readTree } from '../subject.ts';
import type { verifySettings } from '../verify/inputs.ts';
import { requireVerified } from '../verify/require-verified.ts';
import { readTerms } from '../verify/terms.ts';
import type { promoteStepInputs, promoteStepOutputs } from './inputs.ts';

type PromoteValues = InputValues<typeof promoteStepInputs & typeof verifySettings>;

/** The tags of an image where it goes to: those of the input, else the one in `image`, else those of its record. */
async function chooseTags(values: PromoteValues, connection: Connection, runtime: Runtime): Promise<readonly string[]> {
  if (values.tags.length > 0) return checkTags(values.tags);
  const { tag } = connection.reference;
  if (tag !== undefined) return [tag];
  return (await readRecord(values.record, connection, runtime))?.tags ?? [];
}

function checkDestinations(destinations: readonly Destination[], connection: Connection): void {
  const own = imageName(connection);
  for (const destination of destinations) {
    const name = imageName(destination);
    if (name === own) {
      throw new PilotError('INPUT_INVALID', `the image is in ${name} already`, {
        hint: 'Name another repository in the input "to".',
      });
    }
    if (destination.tags.length === 0) {
      throw new PilotError('INPUT_INVALID', `the image has no tag for ${name}`, {
        hint: 'Give the input "tags": Harbor may remove an image without a tag at any time.',
      });
    }
  }
}

/** Runs the step `promote`. */
export async function runPromote(
  values: PromoteValues,
  runtime: Runtime,
): Promise<OutputValues<typeof promoteStepOutputs>> {
  await refuseForks('promote', values.allowForks, runtime);
  await requireWritableRecord(values.record, runtime);
  const terms = await readTerms(values, runtime);
  const targets = parseDestinations(values.to, values.registry);
  const hosts = targets.map(({ registry }) => registry);
  const connection = await connect(values, runtime, hosts);
  const { registry, reference } = connection;
  const tags = await chooseTags(values, connection, runtime);
  const destinations = targets.map((target) => toDestination(target, tags, connection));
  checkDestinations(destinations, connection);
  const digest = await findDigest(values, connection, runtime);
  if (terms === undefined) runtime.warn('the signatures are not verified: nothing says whose signatures count');
  else await requireVerified(digest, terms, connection, runtime);
  const { root } = await readTree(connection, digest);
  const whole = await readWhole(registry, reference.repository, root);
  const origin = { from: imageName(connection), verified: terms !== undefined };
  const note = (promotions: readonly PromotionPart[]): Promise<ReleaseRecord> => {
    // Also when another destination does not get it.
    setOutputs({ digest, reference: `${promotions[0]?.image}@${digest}` }, runtime);
    return addPromotions(values.record, connection, digest, promotions, runtime);
  };
  return { digest, reference: await copyToAll(whole, destinations, origin, note, runtime) };
}
