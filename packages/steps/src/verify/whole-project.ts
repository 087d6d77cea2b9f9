import { formatCount, PilotError } from '@harbor-pilot/core';
import { createHarbor } from '@harbor-pilot/harbor';
import { parseHost, parseReference } from '@harbor-pilot/oci';
import type { Runtime } from '@harbor-pilot/step-kit';
import { openRegistries, signerAgent } from '../connect.ts';
import { type LeftOut, sweepProject } from './sweep.ts';
import type { VerifyTerms } from './terms.ts';
import type { VerifyStepValues, Work } from './work.ts';

/**
 * Every image of a project of Harbor.
 * @throws PilotError INPUT_INVALID when no registry is named.
 */
export async function wholeProject(
  values: VerifyStepValues,
  project: string,
  terms: VerifyTerms,
  runtime: Runtime,
): Promise<Work> {
  const host = hostOf(values);
  const { http, credentialsFor, registryFor } = await openRegistries(values, host, runtime);
  const { plainHttp, untagged } = values;
  const credentials = credentialsFor(host, project) ?? { username: '', password: '' };
  const harbor = createHarbor({ http, host, credentials, plainHttp, signal: runtime.signal });
  const leftOut: LeftOut = { belonging: 0, untagged: 0 };
  const sweep = { harbor, registry: registryFor(host, project, signerAgent), project, untagged };
  return {
    scope: 'project',
    subject: `${host}/${project}`,
    images: sweepProject(sweep, terms, leftOut, runtime),
    warnings: () => warningsOf(leftOut),
  };
}

function warningsOf({ untagged, belonging }: LeftOut): readonly string[] {
  const belong = `${formatCount(belonging, 'artifact')} with no tags but those of signatures and attestations`;
  return [
    ...(untagged === 0
      ? []
      : [`not verified: ${formatCount(untagged, 'image')} without a tag; "untagged" takes them in`]),
    ...(belonging === 0 ? [] : [`not verified: ${belong}`]),
  ];
}

function hostOf({ registry, image }: VerifyStepValues): string {
  if (registry !== undefined) return parseHost(registry);
  if (image !== undefined) return parseReference(image).registry;
  throw new PilotError('INPUT_INVALID', 'the input "registry" is missing', {
    hint: 'Give the host of the Harbor that has the project, harbor.example.com.',
  });
}
