import { asArray, asObject, asString, PilotError } from '@harbor-pilot/core';
import { isUri, predicateTypes } from './predicate-types.ts';

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

/**
 * Makes sure that a document is what its type says, as far as those need it who read it later. It is looked at for what is
 * required only: the whole schema is the business of what wrote it.
 * @param file name for messages.
 * @returns the predicate.
 * @throws PilotError INPUT_INVALID
 */
export function checkPredicate(document: unknown, predicateType: string, file: string): Fields {
  const predicate = asObject(document);
  if (predicate === undefined) throw invalid(file, 'is no JSON object', 'Give the predicate as a JSON object.');
  const wrapped = wrapperOf(predicate);
  if (wrapped !== undefined) {
    throw invalid(
      file,
      `is ${wrapped}`,
      'Give the predicate alone: the statement around it is written and signed here.',
    );
  }
  const kind = kinds[predicateType];
  const [path] = Object.entries(kind?.fields ?? {}).find(([name, check]) => !check(valueAt(predicate, name))) ?? [];
  if (kind === undefined || path === undefined) return predicate;
  throw invalid(file, `is not ${kind.name}: "${path}" is missing or is something else`, kind.hint);
}

/** What a document is that already has been made ready for signing. */
function wrapperOf(document: Fields): string | undefined {
  if ('predicateType' in document && '_type' in document) return 'a whole in-toto statement';
  if ('payloadType' in document && 'signatures' in document) return 'a signed envelope';
  if ('dsseEnvelope' in document || 'verificationMaterial' in document) return 'a Sigstore bundle';
  return undefined;
}

function valueAt(document: Fields, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => asObject(value)?.[name], document);
}

const isText: Check = (value) => (asString(value) ?? '').trim() !== '';
const isObject: Check = (value) => asObject(value) !== undefined;
const isList: Check = (value) => Array.isArray(value);
const isTime: Check = (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(asString(value) ?? '');
const isUriText: Check = (value) => isUri(asString(value) ?? '');
const begins =
  (begin: string): Check =>
  (value) =>
    asString(value)?.startsWith(begin) === true;
const oneOf =
  (...words: readonly unknown[]): Check =>
  (value) =>
    words.includes(value);

interface Kind {
  readonly name: string;
  /** What has to be at a path. */
  readonly fields: Readonly<Record<string, Check>>;
  readonly hint: string;
}

const kinds: Readonly<Record<string, Kind | undefined>> = {
  [predicateTypes.slsaprovenance1]: {
    name: 'SLSA provenance of version 1',
    fields: {
      'buildDefinition.buildType': isUriText,
      'buildDefinition.externalParameters': isObject,
      'runDetails.builder.id': isUriText,
    },
    hint: 'Leave the file out in a CI: the provenance is made of the run then.',
  },
  [predicateTypes.cyclonedx]: {
    name: 'a bill of materials of CycloneDX',
    fields: { bomFormat: oneOf('CycloneDX'), specVersion: isText },
    hint: 'Have it written as JSON: "trivy image --format cyclonedx", "syft -o cyclonedx-json".',
  },
  [predicateTypes.spdx]: {
    name: 'a bill of materials of SPDX 2',
    fields: {
      spdxVersion: begins('SPDX-2.'),
      SPDXID: oneOf('SPDXRef-DOCUMENT'),
      documentNamespace: isUriText,
      creationInfo: isObject,
    },
    hint: 'Have it written as JSON: "trivy image --format spdx-json", "syft -o spdx-json".',
  },
  [predicateTypes.vuln]: {
    name: 'a scan record of cosign',
    fields: { scanner: isObject, 'metadata.scanStartedOn': isTime, 'metadata.scanFinishedOn': isTime },
    hint: 'Leave the file out: the report of Harbor is taken then.',
  },
  [predicateTypes.vsa]: {
    name: 'a verification summary of SLSA',
    fields: {
      'verifier.id': isUriText,
      timeVerified: isTime,
      resourceUri: isUriText,
      'policy.uri': isUriText,
      verificationResult: oneOf('PASSED', 'FAILED'),
      verifiedLevels: isList,
    },
    hint: 'Give the gate-report.json of scan-gate, or leave the file out: the verdict in the release record is taken then.',
  },
  [predicateTypes.openvex]: {
    name: 'a document of OpenVEX',
    fields: {
      '@context': begins('https://openvex.dev/ns'),
      '@id': isText,
      author: isText,
      timestamp: isTime,
      statements: (value) => asArray(value).length > 0 && asArray(value).every(isObject),
    },
    hint: 'Have it written with "vexctl create".',
  },
  [predicateTypes['test-result']]: {
    name: 'a test result of in-toto',
    fields: { result: oneOf('PASSED', 'WARNED', 'FAILED'), configuration: isList },
    hint: 'Write { "result": "PASSED", "configuration": [], "passedTests": […] }.',
  },
};

function invalid(file: string, why: string, hint: string): PilotError {
  return new PilotError('INPUT_INVALID', `${file} ${why}`, { hint });
}
