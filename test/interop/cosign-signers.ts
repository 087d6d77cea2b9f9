import type { PrivateSigstore } from '@harbor-pilot/testkit';
import type { CommandStage } from './command-stage.ts';

/** The two forms of signatures. */
export const forms = ['bundle', 'classic'] as const;

/** One of the two forms. */
export type Form = (typeof forms)[number];

/** All ways to sign: with a key alone; with a key and a log; without a key, with a log of either version. */
export const signerNames = ['key', 'key and log', 'keyless', 'keyless, Rekor 1'] as const;

/** One of the ways to sign. */
export type SignerName = (typeof signerNames)[number];

/** Flags for somebody who signs. */
export interface Signing {
  /** What signs: for both programs. */
  readonly signs: readonly string[];
  /** Services, and for cosign the form: for one program each. */
  readonly cosignSigns: readonly string[];
  readonly weSign: readonly string[];
  /** Verify what this signer signed: for our command, and by {@link asCosign} for cosign. */
  readonly trusts: readonly string[];
  /** Verify, but trust another signer. */
  readonly distrusts: readonly string[];
}

/** Who signs without a key. */
export const ourWorkflow = 'shop/app/.github/workflows/release.yml@refs/heads/main';

/**
 * How somebody signs in a form. The classic one has no place for what Rekor 2 answers, so there it is Rekor 1 in any case.
 */
export function signingOf(name: SignerName, form: Form, stage: CommandStage): Signing {
  const { sigstore, inFolder } = stage;
  const trustedRoot = `--trusted-root=${sigstore.trustedRootFile}`;
  const isRekor1 = form === 'classic' || name === 'keyless, Rekor 1';
  const signingConfig = `--signing-config=${isRekor1 ? inFolder('rekor-1.json') : sigstore.signingConfigFile}`;
  const ourKey = `--key=${inFolder('ours.key')}`;
  const [trusted, other] = [`--public-key=${inFolder('ours.pub')}`, `--public-key=${inFolder('stranger.pub')}`];
  if (name === 'key') {
    return {
      signs: [ourKey],
      cosignSigns: [`--new-bundle-format=${form === 'bundle'}`, '--use-signing-config=false', '--tlog-upload=false'],
      weSign: [],
      trusts: [trusted, '--insecure-ignore-tlog'],
      distrusts: [other, '--insecure-ignore-tlog'],
    };
  }
  const services = {
    cosignSigns: [trustedRoot, ...(form === 'bundle' ? [signingConfig] : classicServices(sigstore))],
    weSign: [signingConfig],
  };
  if (name === 'key and log') {
    return { signs: [ourKey], ...services, trusts: [trusted, trustedRoot], distrusts: [other, trustedRoot] };
  }
  const identity = (workflow: string): string[] => [
    `--certificate-identity=https://github.com/${workflow}`,
    `--certificate-oidc-issuer=${sigstore.issuers.workflows}`,
    trustedRoot,
  ];
  return {
    signs: [`--identity-token=${inFolder('token')}`],
    ...services,
    trusts: identity(ourWorkflow),
    distrusts: identity(`evil/${ourWorkflow}`),
  };
}

/** For cosign, a key to verify with has the name of the one to sign with; the other flags are called alike. */
export function asCosign(flags: readonly string[]): string[] {
  return flags.map((flag) => flag.replace(/^--public-key=/, '--key='));
}

/** cosign takes a signing configuration for bundles only. */
function classicServices({ urls }: PrivateSigstore): string[] {
  return [
    '--new-bundle-format=false',
    '--use-signing-config=false',
    `--fulcio-url=${urls.fulcio}`,
    `--rekor-url=${urls.rekor1}`,
    `--timestamp-server-url=${urls.timestampAuthority}`,
  ];
}
