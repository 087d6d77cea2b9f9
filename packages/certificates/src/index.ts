export {
  type CertificateState,
  type CheckedCertificate,
  type CheckOptions,
  checkCertificates,
  describeCertificate,
  requireGood,
} from './check.ts';
export { type CreateOptions, createCertificates } from './create.ts';
export type { CreatedFile } from './created-file.ts';
export type { CertificateFacts } from './facts.ts';
export { type KeyType, keyTypes } from './keys.ts';
export { type BuildkitSite, buildkitRegistry } from './layout/buildkit.ts';
export type { Site } from './layout/site.ts';
export { type TrustFile, trustFiles } from './layout/trust-files.ts';
export {
  type LayoutOptions,
  type LayoutTarget,
  layoutTargets,
  type WrittenLayout,
  writeLayouts,
} from './layout/write-layout.ts';
export { readPkcs12Identity } from './pkcs12.ts';
export { type RevokeOptions, revokeCertificates } from './revoke.ts';
