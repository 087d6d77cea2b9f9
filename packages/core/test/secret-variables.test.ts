import { describe, expect, it } from '@jest/globals';
import { secretVariables } from '../src/index.ts';

describe('variables that hold secrets of ours', () => {
  it('are our inputs, those of cosign, and private keys under any name', () => {
    const ours = {
      HARBOR_PILOT_PASSWORD: 'x',
      'INPUT_REGISTRY-AUTH': 'x',
      COSIGN_PASSWORD: 'x',
      SIGSTORE_ID_TOKEN: 'x',
      SIGNING_KEY: '-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nabc',
      OTHER_KEY: '-----BEGIN PRIVATE KEY-----\nabc',
    };
    const theirs = {
      PATH: '/bin',
      AWS_SECRET_ACCESS_KEY: 'x',
      HTTPS_PROXY: 'http://u:p@h',
      CERTIFICATE: '-----BEGIN CERTIFICATE-----',
    };
    expect(secretVariables({ ...theirs, ...ours, NOTHING: undefined })).toEqual(Object.keys(ours));
  });
});
