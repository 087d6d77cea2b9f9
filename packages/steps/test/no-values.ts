import type { CommonValues } from '../src/connect.ts';

/** What the inputs for the connection are when none is given. */
export const nothing: Omit<CommonValues, 'image' | 'config'> = {
  registry: undefined,
  username: undefined,
  password: undefined,
  caCertificate: undefined,
  caFingerprint: undefined,
  clientCertificate: undefined,
  clientKey: undefined,
  clientKeyPassword: undefined,
  insecure: false,
  plainHttp: false,
};
