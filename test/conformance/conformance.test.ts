import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { discovery } from './discovery.ts';
import { errors } from './errors.ts';
import { management } from './management.ts';
import { pull } from './pull.ts';
import { pushBlobs } from './push-blobs.ts';
import { pushManifests } from './push-manifests.ts';
import { check, titleOf } from './requirement.ts';
import { startTestedRegistry, type TestedRegistry } from './tested-registry.ts';

jest.setTimeout(60_000);

const workflows = {
  Pull: pull,
  'Push of blobs': pushBlobs,
  'Push of manifests': pushManifests,
  'Content discovery': discovery,
  'Content management': management,
  'Errors and warnings': errors,
};

describe('OCI distribution spec 1.1.1', () => {
  let registry: TestedRegistry;
  beforeAll(async () => {
    registry = await startTestedRegistry(process.env);
  });
  afterAll(async () => registry?.close());

  it('has a number of its own for each requirement', () => {
    const ids = Object.values(workflows)
      .flat()
      .map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });

  describe.each(Object.entries(workflows))('%s', (_workflow, requirements) => {
    it.each(requirements.map((requirement) => ({ title: titleOf(requirement), requirement })))(
      '$title',
      async ({ requirement }) => check(requirement, registry),
    );
  });
});
