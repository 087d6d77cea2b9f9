import { PilotError } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import type { ReleaseRecord, Runtime } from '@harbor-pilot/step-kit';
import { type CiBuild, ciBuild } from './ci-build.ts';

/**
 * SLSA provenance (version 1) of an image that the run of the CI has built.
 * @param record of the run, if there is one about this digest: it says when the build began.
 * @throws PilotError INPUT_INVALID outside of a CI; RECORD_MISMATCH when the image was built from another commit.
 */
export function provenanceOf(digest: Digest, record: ReleaseRecord | undefined, runtime: Runtime): object {
  const build = ciBuild(runtime);
  if (build === undefined) {
    throw new PilotError(
      'INPUT_INVALID',
      `${runtime.name === 'terminal' ? 'a terminal' : 'this CI'} tells nothing that provenance could be made of`,
      {
        hint: 'Run the step in the job that builds the image, or give the provenance as the input predicate.',
      },
    );
  }
  const own = record?.digest === digest ? record : undefined;
  if (own?.run.commit !== undefined && own.run.commit !== build.commit)
    throw otherCommit(own.run.commit, build.commit, digest);
  if (own?.build === undefined && own?.push === undefined) {
    runtime.warn(
      `no release record says that this run has built or pushed ${digest}: the provenance says so all the same`,
    );
  }
  return formatProvenance(build, own?.startedAt);
}

function formatProvenance(build: CiBuild, startedAt: string | undefined): object {
  const { buildType, externalParameters, internalParameters, sourceUrl, ref, commit } = build;
  const source = `${sourceUrl.startsWith('http') ? 'git+' : ''}${sourceUrl}${ref === '' ? '' : `@${ref}`}`;
  return {
    buildDefinition: {
      buildType,
      externalParameters,
      internalParameters,
      resolvedDependencies: [{ uri: source, digest: { gitCommit: commit } }],
    },
    runDetails: {
      builder: { id: build.builderId },
      metadata: {
        invocationId: build.invocationId,
        ...(startedAt === undefined ? {} : { startedOn: startedAt }),
      },
    },
  };
}

function otherCommit(built: string, current: string, digest: Digest): PilotError {
  return new PilotError('RECORD_MISMATCH', `${digest} was built from ${built}, but this run is of ${current}`, {
    hint: 'Attest the provenance in the run that builds the image.',
  });
}
