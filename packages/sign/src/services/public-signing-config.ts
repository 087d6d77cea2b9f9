import type { SigningConfig } from './signing-config.ts';

/**
 * The services of the public Sigstore, for who gives no signing configuration: its `signing_config.v0.2.json` of 2026-08-21
 * (github.com/sigstore/root-signing, commit 60cf2ce8, targets/).
 */
export const publicSigningConfig: SigningConfig = {
  origin: 'public Sigstore',
  certificateAuthorities: [service('https://fulcio.sigstore.dev', '2022-04-13T20:06:15Z')],
  logs: [service('https://rekor.sigstore.dev', '2021-01-12T11:53:27Z')],
  logSelector: 'ANY',
  timestampAuthorities: [service('https://timestamp.sigstore.dev/api/v1/timestamp', '2025-07-04T00:00:00Z')],
  timestampSelector: 'ANY',
};

function service(url: string, validFrom: string): SigningConfig['logs'][number] {
  return { url, apiVersion: 1, operator: 'sigstore.dev', validFrom: new Date(validFrom) };
}
