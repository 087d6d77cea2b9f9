import type { TrustRoot } from '../trust-root.ts';
import type { SignerPolicy, Waiver } from '../trusted-signers.ts';

/** A policy with a trust root. */
export interface RootedPolicy extends SignerPolicy {
  readonly trustRoot: TrustRoot;
}

/** What must speak for a signature, and what of it is looked at. */
export interface Demands {
  /** Entries of logs are looked at only where one is needed. */
  readonly isLogNeeded: boolean;
  /** From a timestamp authority, or from a log that signs when it took an entry. */
  readonly isTimeNeeded: boolean;
  /** Whether timestamps of authorities are looked at. */
  readonly areTimestampsRead: boolean;
  readonly isSctNeeded: boolean;
  /** What would have been needed. */
  readonly waived: readonly Waiver[];
}

/** What a policy demands: all that its trust root has, except what a waiver spares. */
export function demandsOf({ trustRoot, waivers }: RootedPolicy, isCertificate: boolean): Demands {
  const { tlogs, timestampAuthorities, ctlogs } = trustRoot.material;
  const has: Readonly<Record<Waiver, boolean>> = {
    'transparency-log': tlogs.length > 0,
    // A certificate is valid for minutes: without the time of the signature it says nothing.
    timestamp: isCertificate || timestampAuthorities.length > 0,
    'certificate-transparency': isCertificate && ctlogs.length > 0,
  };
  const isNeeded = (waiver: Waiver): boolean => has[waiver] && !waivers.has(waiver);
  return {
    isLogNeeded: isNeeded('transparency-log'),
    isTimeNeeded: isNeeded('timestamp'),
    areTimestampsRead: timestampAuthorities.length > 0 && !waivers.has('timestamp'),
    isSctNeeded: isNeeded('certificate-transparency'),
    waived: [...waivers].filter((waiver) => has[waiver]),
  };
}
