import type { InputDeclarations, OutputDeclarations } from '@harbor-pilot/step-kit';
import { commonInputs, digestInputs, recordInputs, writeInputs } from '../common.ts';
import { gateInputs } from '../scan-gate/inputs.ts';
import { serviceInputs, signerInputs, signStepOutputs } from '../sign/inputs.ts';

/** All inputs of the step `attest`. */
export const attestStepInputs = {
  ...commonInputs,
  ...writeInputs,
  ...digestInputs,
  type: {
    kind: 'text',
    description:
      'What is attested, as cosign calls it: `slsaprovenance1`, `cyclonedx`, `spdx`, `spdxjson`, `vuln`, `openvex`; besides `vsa` (the verdict of the gate), `test-result`, or the URI of a type of your own.',
    required: true,
    aliases: ['predicateType'],
  },
  predicate: {
    kind: 'text',
    description:
      'JSON file with what is attested. Without it `slsaprovenance1` is made of the run of the CI, `vuln` of the report of Harbor, and `vsa` of the verdict in the release record; for `vsa` a `gate-report.json` may be given, too.',
    aliases: ['predicatePath'],
  },
  ...signerInputs,
  ...serviceInputs,
  format: {
    kind: 'choice',
    choices: ['auto', 'bundle', 'classic'],
    description:
      'How the attestation is kept: as a Sigstore `bundle`, which every version of Harbor lists with the image, or as `classic`, for readers that know only the tag `sha256-….att`. `auto` is `bundle`.',
    default: 'auto',
    config: 'attest.format',
  },
  recursive: {
    kind: 'boolean',
    description:
      'Attest the images of an index, too: the same of each, for `vuln` the report of each. Without it only the digest that is named is attested, as cosign does.',
    default: false,
    config: 'attest.recursive',
  },
  scanTimeout: { ...gateInputs.scanTimeout, description: 'For `vuln`: how long to wait for the scan.' },
  record: {
    ...recordInputs.record,
    description:
      'File of the release record: it says the digest where no other input does, what the run has built, and what the gate decided.',
  },
} as const satisfies InputDeclarations;

/** All outputs of the step `attest`. */
export const attestStepOutputs = {
  digest: { description: 'Digest that was attested.' },
  predicateType: { description: 'URI of the type of what is attested.' },
  keyId: signStepOutputs.keyId,
  certificateIdentity: signStepOutputs.certificateIdentity,
  certificateOidcIssuer: signStepOutputs.certificateOidcIssuer,
  format: { description: 'How the attestations are kept, `bundle` or `classic`.' },
  attestations: {
    description:
      'All attestations: of each the digest that was attested, and that of the manifest with the attestation.',
    isList: true,
  },
} as const satisfies OutputDeclarations;
