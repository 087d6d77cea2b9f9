import type { InputDeclarations, OutputDeclarations } from '@harbor-pilot/step-kit';
import { commonInputs, digestInputs, recordInputs } from '../common.ts';

/** What a signature must be of. */
export const signedForInputs = {
  signedFor: {
    kind: 'text',
    description:
      'Repository that the signature was made for, `registry/repository`, where the image was copied from there together with its signature; `registry/project/*` for the one of the same name. Without it the one of `image`.',
    config: 'verify.signed-for',
  },
} as const satisfies InputDeclarations;

/** Whose signatures count, as far as other steps ask for it. */
export const trustInputs = {
  publicKey: {
    kind: 'list',
    description:
      'Public keys of the signers, any of which is enough: paths of PEM files, `env://NAME` for variables that hold them, or `k8s://NAMESPACE/NAME` for Kubernetes secrets of the cluster that `KUBECONFIG` names.',
    config: 'verify.public-key',
  },
  verifyPolicy: {
    kind: 'text',
    description:
      'File that says whose signatures count and what else is required, in place of the other inputs for it.',
    config: 'verify.policy',
  },
  ...signedForInputs,
} as const satisfies InputDeclarations;

const name = { identity: 'verify.certificate-identity', issuer: 'verify.certificate-oidc-issuer' } as const;

/** What else can be said about it: inputs of `verify`; for the other steps it stands in harbor-pilot.yml. */
export const termInputs = {
  certificateIdentity: {
    kind: 'text',
    description:
      'Identity that the certificate of a keyless signature must have, exactly: an e-mail address, or the URI of a workflow.',
    config: name.identity,
  },
  certificateIdentityRegexp: {
    kind: 'text',
    description: 'The same as a regular expression for all of the identity. One that lets anybody sign is refused.',
    config: `${name.identity}-regexp`,
  },
  certificateOidcIssuer: {
    kind: 'text',
    description: 'Who must have vouched for that identity, exactly: `https://token.actions.githubusercontent.com`.',
    config: name.issuer,
  },
  certificateOidcIssuerRegexp: {
    kind: 'text',
    description: 'The same as a regular expression for all of the address.',
    config: `${name.issuer}-regexp`,
  },
  trustedRoot: {
    kind: 'text',
    description:
      'File `trusted_root.json` with the authorities and logs of the Sigstore that signatures must come from. Without it that of the public Sigstore for certificates; with keys alone none is needed.',
    config: 'verify.trusted-root',
  },
  requireAnnotations: {
    kind: 'lines',
    description: 'Annotations that a signature must have, `name=value`.',
    config: 'verify.annotations',
  },
  insecureIgnoreTransparencyLog: {
    kind: 'boolean',
    description: 'Do not ask for an entry in a transparency log, although the trust root has one. Each result says so.',
    aliases: ['insecureIgnoreTlog'],
    config: 'verify.insecure-ignore-transparency-log',
  },
  insecureIgnoreTimestamp: {
    kind: 'boolean',
    description: 'Do not ask for a timestamp, although the trust root has an authority for it. Each result says so.',
    config: 'verify.insecure-ignore-timestamp',
  },
  insecureIgnoreCertificateTransparency: {
    kind: 'boolean',
    description:
      'Do not ask for the proof that a certificate was logged (SCT), although the trust root has a log for it. Each result says so.',
    aliases: ['insecureIgnoreSct'],
    config: 'verify.insecure-ignore-certificate-transparency',
  },
} as const satisfies InputDeclarations;

const signerProperties = {
  'public-key': { type: ['array', 'string'], items: { type: 'string' } },
  'certificate-identity': { type: 'string' },
  'certificate-identity-regexp': { type: 'string' },
  'certificate-oidc-issuer': { type: 'string' },
  'certificate-oidc-issuer-regexp': { type: 'string' },
};

/** What needs a file: several signers with certificates, and conditions on attestations. */
export const termSettings = {
  signers: {
    kind: 'structure',
    description:
      'Further signers, any of which is enough: each with `public-key`, or with identity and issuer of its certificate.',
    config: 'verify.signers',
    schema: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        properties: signerProperties,
      },
    },
  },
  attestations: {
    kind: 'structure',
    description:
      'Attestations that an image must have: types such as `slsaprovenance1`, or maps with `type`, `conditions`, of which one attestation must meet all, and who must have made it, as in `signers`.',
    config: 'verify.attestations',
    schema: {
      type: 'array',
      items: {
        anyOf: [
          { type: 'string' },
          {
            type: 'object',
            additionalProperties: false,
            required: ['type'],
            properties: {
              ...signerProperties,
              type: { type: 'string', description: '`slsaprovenance1`, `vuln`, or the URI of a predicate type.' },
              conditions: {
                type: 'array',
                items: {
                  type: 'object',
                  required: ['path'],
                  additionalProperties: false,
                  properties: {
                    path: {
                      type: ['array', 'string'],
                      description: 'Place in the predicate, `metadata.scanFinishedOn`.',
                    },
                    exists: { const: true },
                    equals: { type: ['string', 'number', 'boolean'] },
                    'one-of': { type: 'array', items: { type: ['string', 'number', 'boolean'] } },
                    'at-most': { type: 'number' },
                    'newer-than': { type: 'string', pattern: '^\\d+[smhd]$' },
                  },
                },
              },
            },
          },
        ],
      },
    },
  },
} as const satisfies InputDeclarations;

/** What steps that verify before they act read in harbor-pilot.yml. */
export const verifySettings = { ...termInputs, ...termSettings } as const satisfies InputDeclarations;

/** All inputs of the step `verify`. Its names are not those of other steps: what a job has in variables is there for all of them. */
export const verifyStepInputs = {
  ...commonInputs,
  image: { ...commonInputs.image, required: false },
  all: {
    kind: 'text',
    description: 'A project of Harbor, each of whose tagged images is verified in place of one `image`.',
  },
  untagged: {
    kind: 'boolean',
    description: 'With `all`: images that have no tag, too.',
    default: false,
  },
  ...digestInputs,
  ...trustInputs,
  verifyPolicy: { ...trustInputs.verifyPolicy, aliases: ['policy'] },
  ...termInputs,
  requireAttestations: {
    kind: 'list',
    description:
      'Types of attestations that the image must have, such as `slsaprovenance1`; conditions on them need a file.',
  },
  verifyReports: {
    kind: 'text',
    description: 'Folder for the reports.',
    default: '.harbor-pilot/verify',
    config: 'verify.reports',
  },
  verifyFormats: {
    kind: 'list',
    choices: ['json', 'markdown', 'text', 'none'],
    description: 'Which reports to write; all of them when absent.',
    config: 'verify.formats',
  },
  record: {
    ...recordInputs.record,
    description: 'File of the release record: it says the digest where no other input does.',
  },
} as const satisfies InputDeclarations;

/** All outputs of the step `verify`; they are set when the image is refused, too. */
export const verifyStepOutputs = {
  digest: { description: 'Digest that was verified; of a project none.' },
  verdict: { description: '`verified` or `refused`.' },
  verifiedWith: {
    description:
      'What spoke for every signature that counts: `key`, `certificate`, `transparency-log`, `timestamp`, `certificate-transparency`; and `insecure-ignore-…` for what was not asked for.',
  },
  refusedCount: { description: 'How many images do not count as signed.' },
  verifyReports: { description: 'Folder with the reports.' },
} as const satisfies OutputDeclarations;
