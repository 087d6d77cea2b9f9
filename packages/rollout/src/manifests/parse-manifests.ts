import { type KubeObject, listAt, nameOf, namespaceOf, textAt, titleOf } from '@harbor-pilot/cluster';
import { asObject, messageOf, PilotError } from '@harbor-pilot/core';
import { type Document, isCollection, LineCounter, parseAllDocuments, type Tags, visit } from 'yaml';
import type { ManifestFile } from '../options.ts';

/** One object and where it was written. */
export interface ManifestObject {
  readonly object: KubeObject;
  /** `file:line` of its document, for messages. */
  readonly position: string;
}

/**
 * Reads the objects of manifest files, in their order. Objects of a `List` count one by one.
 * @throws PilotError MANIFESTS_INVALID with file and line.
 */
export function parseManifests(files: readonly ManifestFile[]): readonly ManifestObject[] {
  const objects = files.flatMap(parseFile);
  const positions = new Map<string, string>();
  for (const { object, position } of objects) {
    const identity = [textAt(object, 'apiVersion'), namespaceOf(object), titleOf(object)].join(' ');
    const before = positions.get(identity);
    if (before !== undefined)
      throw invalid(position, `${titleOf(object)} is at ${before} already`, 'Remove one of them.');
    positions.set(identity, position);
  }
  return objects;
}

function parseFile(file: ManifestFile): ManifestObject[] {
  try {
    return parseDocuments(file);
  } catch (error) {
    if (!(error instanceof PilotError) || !/\{\{.*\}\}/.test(file.text)) throw error;
    const hint = 'It looks like a template: give the manifests as `helm template` writes them.';
    throw new PilotError(error.code, error.message, { hint, details: error.details, cause: error });
  }
}

function parseDocuments(file: ManifestFile): ManifestObject[] {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(file.text, { lineCounter, prettyErrors: false, ...kubernetesYaml });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => {
    const lineOf = (offset: number): string => `${file.path}:${lineCounter.linePos(offset).line}`;
    const error = document.errors[0];
    if (error !== undefined) throw invalid(lineOf(error.pos[0]), error.message, 'Correct the YAML there.');
    const odd = collectionKeyIn(document);
    if (odd !== undefined) throw invalid(lineOf(odd), 'a key is a list or a map', 'Correct the YAML there.');
    const position = lineOf(document.contents?.range?.[0] ?? document.range[0]);
    const value = toValue(document, position);
    return value === null || value === undefined ? [] : objectsOf(value, position);
  });
}

/**
 * kubectl reads YAML 1.1: `defaultMode: 0644` is octal and `yes` is true. Times and base 60, which YAML 1.1 has too, are
 * text to it.
 */
const kubernetesYaml = {
  version: '1.1' as const,
  customTags: (tags: Tags): Tags =>
    tags.filter(
      (tag) =>
        typeof tag === 'string' ||
        (tag.tag !== 'tag:yaml.org,2002:timestamp' && !('format' in tag && tag.format === 'TIME')),
    ),
};

/** Where a key is that no JSON can have: of `name: {{ .Values.name }}`, which is YAML. */
function collectionKeyIn(document: Document.Parsed): number | undefined {
  let offset: number | undefined;
  visit(document, {
    Pair: (_, { key }) => {
      if (!isCollection(key)) return undefined;
      offset = key.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}

function toValue(document: Document.Parsed, position: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw invalid(position, messageOf(cause), 'Correct the YAML there.');
  }
}

function objectsOf(value: unknown, position: string): ManifestObject[] {
  const object = asObject(value);
  if (object === undefined) throw invalid(position, 'this document is not an object', shapeHint);
  const kind = textAt(object, 'kind');
  if (isKustomization(object, position)) {
    throw invalid(position, 'this says how to make manifests, and is none', kustomizeHint);
  }
  if (kind === '' || textAt(object, 'apiVersion') === '') {
    throw invalid(position, 'an object has no apiVersion or no kind', shapeHint);
  }
  if (kind === 'List') return listAt(object, 'items').flatMap((item) => objectsOf(item, position));
  if (nameOf(object) === '') throw invalid(position, `a ${kind} has no metadata.name`, 'Give it a name.');
  return [{ object, position }];
}

const shapeHint = 'Every document of a manifest file is an object with apiVersion, kind and metadata.name.';

const kustomizeHint = 'Give the manifests as `kubectl kustomize` writes them: kubectl kustomize FOLDER > all.yaml.';

/** A kustomization may leave out apiVersion and kind; then its file tells. */
function isKustomization(object: KubeObject, position: string): boolean {
  return (
    textAt(object, 'apiVersion').startsWith('kustomize.config.k8s.io/') ||
    /(?:^|\/)kustomization\.ya?ml:/.test(position)
  );
}

/** The error about something in a manifest. */
export function invalid(position: string, why: string, hint: string): PilotError {
  return new PilotError('MANIFESTS_INVALID', `${position}: ${why}`, { hint, details: { position } });
}
