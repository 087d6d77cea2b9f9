export { choicesText } from './choices-text.ts';
export { componentVariable } from './component-variable.ts';
export { defaultText } from './default-text.ts';
export type { Examination, ExaminedCheck } from './examination.ts';
export {
  type FoundVulnerability,
  type GateReport,
  type HarborVerdict,
  type JudgedVulnerability,
  type RatedSeverity,
  type ReportedException,
  ratedSeverities,
  type Upgrade,
} from './gate-report.ts';
export type {
  BooleanInput,
  ChoiceInput,
  DurationInput,
  InputDeclaration,
  InputDeclarations,
  InputValues,
  LinesInput,
  ListInput,
  NumberInput,
  SecretInput,
  Structure,
  StructureInput,
  TextInput,
} from './input-declaration.ts';
export { camelName, environmentName, kebabName } from './input-names.ts';
export { type InputSource, missingInput, parseInputs } from './inputs.ts';
export { otherVariables } from './other-variables.ts';
export { outputVariable } from './output-variable.ts';
export { parseInput, type RawValue } from './parse-input.ts';
export {
  type BuildPart,
  type GatePart,
  type PromotionPart,
  type PushedDestination,
  type PushPart,
  type RecordedSignature,
  type RecordedVulnerability,
  type ReleaseRecord,
  type RolloutPart,
  recordSchemaVersion,
  type SignaturePart,
  type SigningCertificate,
  type TimelineEntry,
} from './record.ts';
export { comparableRecord, fieldsOfOneRun, formatRecord, parseRecord } from './record-json.ts';
export type { RunInfo, Runtime, RuntimeName } from './runtime.ts';
export {
  declarationsOf,
  defineStep,
  type OutputDeclaration,
  type OutputDeclarations,
  type OutputValue,
  type OutputValues,
  type Step,
} from './step.ts';
export {
  type ReportedAttestation,
  type ReportedDigest,
  type ReportedRefusal,
  type ReportedSignature,
  type ReportedSigner,
  type ReportedTerms,
  type SignatureState,
  signatureStates,
  type VerifiedImage,
  type VerifyReport,
} from './verify-report.ts';
