import { type HarborVersion, harborVersions } from '@harbor-pilot/dev-harbor';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { isReal } from '../../packages/gate/test/harbor-world.ts';
import { itSignsAtHarbor } from './harbor-suite.ts';
import { openStage, type SigningStage } from './signing-stage.ts';

const versions: readonly (HarborVersion | undefined)[] = isReal ? [undefined] : harborVersions;

describe.each(versions.map((version) => ({ version, name: version ?? 'the one under test' })))(
  'signing at Harbor $name',
  ({ version }) => {
    let stage: SigningStage;
    beforeAll(async () => {
      stage = await openStage(version);
    });
    afterAll(() => stage?.close());

    itSignsAtHarbor(() => stage);
  },
);
