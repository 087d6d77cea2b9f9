import { mediaTypes } from '@harbor-pilot/oci';

type Check = (value: unknown) => boolean;

// What is null counts as absent, as it does for the JSON reader of Harbor and its registry.
const isAbsent: Check = (value) => value === undefined || value === null;
const isText: Check = (value) => isAbsent(value) || typeof value === 'string';
const isInteger: Check = (value) => isAbsent(value) || Number.isSafeInteger(value);
const isObject: Check = (value) => isAbsent(value) || (typeof value === 'object' && !Array.isArray(value));
const listOf = (check: Check) => (value: unknown) => isAbsent(value) || (Array.isArray(value) && value.every(check));
const areTexts: Check = (value) => isObject(value) && Object.values(value ?? {}).every(isText);

const descriptor: Readonly<Record<string, Check>> = {
  mediaType: isText,
  digest: isText,
  size: isInteger,
  urls: listOf(isText),
  annotations: areTexts,
  platform: isObject,
};
const isDescriptor: Check = (value) => isObject(value) && unfitField(value ?? {}, descriptor) === undefined;

const heads = { schemaVersion: isInteger, mediaType: isText };
const image = { ...heads, config: isDescriptor, layers: listOf(isDescriptor) };
const index = { ...heads, manifests: listOf(isDescriptor) };

interface Form {
  readonly fields: Readonly<Record<string, Check>>;
  /** Fields that make it something else, and what is said then. */
  readonly foreign: readonly string[];
  readonly confusion: string;
  /** How a document that names another type is refused. */
  readonly naming: string;
  readonly mayBeNameless: boolean;
}

const forms: Readonly<Record<string, Form>> = {
  [mediaTypes.ociManifest]: {
    fields: { ...image, annotations: areTexts },
    foreign: ['manifests'],
    confusion: 'ocimanifest: expected manifest but found index',
    naming: 'if present, mediaType in manifest should be',
    mayBeNameless: true,
  },
  [mediaTypes.ociIndex]: {
    fields: index,
    foreign: ['config', 'layers'],
    confusion: 'index: expected index but found manifest',
    naming: 'if present, mediaType in image index should be',
    mayBeNameless: true,
  },
  [mediaTypes.dockerManifest]: {
    fields: image,
    foreign: [],
    confusion: '',
    naming: 'mediaType in manifest should be',
    mayBeNameless: false,
  },
  [mediaTypes.dockerManifestList]: {
    fields: index,
    foreign: [],
    confusion: '',
    naming: 'mediaType in manifest list should be',
    mayBeNameless: false,
  },
};

/** Why a document is no manifest of a media type (distribution 2.8.2, manifest/*); undefined when it is one. */
export function shapeProblem(json: Readonly<Record<string, unknown>>, mediaType: string): string | undefined {
  const form = forms[mediaType];
  if (form === undefined) return 'missing signature key';
  if (form.foreign.some((field) => !isAbsent(json[field]))) return form.confusion;
  const field = unfitField(json, form.fields);
  if (field !== undefined) return `json: cannot unmarshal ${typeof json[field]} into Go struct field Manifest.${field}`;
  const named = json.mediaType || '';
  const isNamed = named === mediaType || (named === '' && form.mayBeNameless);
  return isNamed ? undefined : `${form.naming} '${mediaType}' not '${named}'`;
}

/** Whether Harbor can read those fields that the registry does not look at (v2.15.2, src/controller/artifact/abstractor.go). */
export function isReadable(json: Readonly<Record<string, unknown>>): boolean {
  return unfitField(json, { artifactType: isText, subject: isDescriptor, annotations: areTexts }) === undefined;
}

function unfitField(value: object, fields: Readonly<Record<string, Check>>): string | undefined {
  const entries: Readonly<Record<string, unknown>> = { ...value };
  return Object.keys(fields).find((field) => fields[field]?.(entries[field]) === false);
}
