import { describe, expect, it } from '@jest/globals';
import { programEnvironment } from '../src/index.ts';

describe('the environment of a program', () => {
  it('has what any program needs and what is named, and nothing else', () => {
    const environment = {
      PATH: '/bin',
      HTTPS_PROXY: 'http://proxy',
      CI_JOB_TOKEN: 'a',
      AWS_REGION: 'b',
      AWS_ROLE_ARN: 'c',
      VAULT_TOKEN: 'd',
      EMPTY: undefined,
    };
    expect(programEnvironment(environment, ['AWS_*', 'VAULT_TOKEN', 'EMPTY', 'ABSENT'])).toEqual({
      PATH: '/bin',
      HTTPS_PROXY: 'http://proxy',
      AWS_REGION: 'b',
      AWS_ROLE_ARN: 'c',
      VAULT_TOKEN: 'd',
    });
  });

  it('has a secret of ours only by its whole name', () => {
    const environment = { HARBOR_PILOT_PASSWORD: 'a', COSIGN_PASSWORD: 'b' };
    expect(programEnvironment(environment, ['*', 'COSIGN_PASSWORD'])).toEqual({ COSIGN_PASSWORD: 'b' });
  });
});
