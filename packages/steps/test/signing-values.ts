import { nothing } from './no-values.ts';

/** The values of the inputs of signing when nothing is said of who signs. */
export const signingValues = {
  ...nothing,
  image: 'harbor.example.com/shop/app',
  config: 'harbor-pilot.yml',
  key: undefined,
  keyPassword: undefined,
  signerCommand: [],
  signerEnvironment: [],
  signerTimeout: 30,
  kubeconfig: undefined,
  kubeContext: undefined,
  keyless: false,
  identityToken: undefined,
  oidcAudience: 'sigstore',
  signingConfig: undefined,
};
