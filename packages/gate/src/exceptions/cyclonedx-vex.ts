import { asArray, asObject, asString, formatCount } from '@harbor-pilot/core';
import type { Exception, ExceptionFile, ExceptionKind } from './exception.ts';
import { requireList, requireMap, textOf, timeOf, unknownWord, unusable } from './fields.ts';
import type { Located, ValuePath } from './located.ts';
import { productOf, type VexProduct } from './vex-product.ts';

type JsonMap = Readonly<Record<string, unknown>>;

const kinds: Readonly<Record<string, ExceptionKind>> = {
  not_affected: 'not-affected',
  false_positive: 'not-affected',
  resolved: 'fixed',
  resolved_with_pedigree: 'fixed',
  exploitable: 'counts',
  in_triage: 'counts',
};

/** Components inside of components; deeper than this is no bill of materials. */
const depthLimit = 50;

/**
 * Reads the analyses of a CycloneDX document (1.4 to 1.7, JSON). An analysis holds for what `affects` names: a component of the
 * document by its `bom-ref`, or a package URL, also at the end of a BOM-Link. Where the document is about an image, its
 * analyses hold for that image only.
 * @param file name for reports.
 * @throws PilotError INPUT_INVALID with the line.
 */
export function parseCycloneDxVex(located: Located, file: string): ExceptionFile {
  const root = requireMap(located, [], located.value);
  const metadata = asObject(root.metadata);
  const subject = asObject(metadata?.component);
  const bill: Bill = { parts: partsOf(root, subject), subject: subject === undefined ? undefined : partOf(subject) };
  const exceptions: Exception[] = [];
  let unread = 0;
  for (const [index, value] of requireList(located, ['vulnerabilities'], root.vulnerabilities).entries()) {
    const path = ['vulnerabilities', index];
    const entry = requireMap(located, path, value);
    const common = readAnalysis(located, path, entry, metadata, file);
    if (common === undefined) continue;
    const affects = requireList(located, [...path, 'affects'], entry.affects);
    const scopes = affects.map((one) => scopeOf(asObject(one), bill, common.kind));
    for (const scope of scopes.length === 0 ? [undefined] : scopes) {
      if (scope === undefined) unread += 1;
      else exceptions.push({ ...common, ...scope });
    }
  }
  const warning = `${file}: ${formatCount(unread, 'component')} that it speaks of can be compared with no image and no package.`;
  return { exceptions, warnings: unread > 0 ? [warning] : [] };
}

/** undefined for a vulnerability that nobody has analysed. */
function readAnalysis(
  located: Located,
  path: ValuePath,
  entry: JsonMap,
  metadata: JsonMap | undefined,
  file: string,
): Exception | undefined {
  const analysis = asObject(entry.analysis);
  if (analysis === undefined) return undefined;
  const place = [...path, 'analysis'];
  const text = (key: string): string | undefined => textOf(located, place, analysis, key);
  const state = text('state');
  if (state === undefined) return undefined;
  const kind = Object.hasOwn(kinds, state) ? kinds[state] : undefined;
  if (kind === undefined) throw unknownWord(located, [...place, 'state'], 'state', state, Object.keys(kinds));
  const id = textOf(located, path, entry, 'id');
  if (id === undefined) throw unusable(located, path, 'the vulnerability has no "id"');
  const others = asArray(entry.references).flatMap((one) => asString(asObject(one)?.id) ?? []);
  const why = [text('justification')?.replaceAll('_', ' '), text('detail')].filter((one) => one !== undefined);
  const owner = asString(asObject(metadata?.supplier)?.name);
  return {
    ids: [id, ...others],
    kind,
    reason: why.join(': ') || state.replaceAll('_', ' '),
    ...(owner === undefined ? {} : { owner }),
    from: file,
    statedAt: timeOf(located, place, text('lastUpdated') ?? text('firstIssued') ?? asString(metadata?.timestamp)),
  };
}

interface Bill {
  /** Components by their `bom-ref`. */
  readonly parts: ReadonlyMap<string, Part>;
  readonly subject: Part | undefined;
}

interface Part {
  readonly product: VexProduct | undefined;
  /** Whether it is an image, also one that nothing here tells from others. */
  readonly isImage: boolean;
}

function partsOf(root: JsonMap, subject: JsonMap | undefined): ReadonlyMap<string, Part> {
  const parts = new Map<string, Part>();
  const collect = (component: JsonMap | undefined, depth: number): void => {
    const reference = asString(component?.['bom-ref']);
    if (component !== undefined && reference !== undefined) parts.set(reference, partOf(component));
    if (depth >= depthLimit) return;
    for (const inner of asArray(component?.components)) collect(asObject(inner), depth + 1);
  };
  for (const component of [subject, ...asArray(root.components).map(asObject)]) collect(component, 0);
  return parts;
}

function partOf(component: JsonMap): Part {
  const hashes = asArray(component.hashes).map(asObject);
  const hash = asString(hashes.find((one) => one?.alg === 'SHA-256')?.content) ?? (hashes.length > 0 ? '' : undefined);
  const isImage = component.type === 'container';
  // A reference may look like a package URL, and be about more than the URL of the component: without its version.
  // Syft gives the digest of an image for its version.
  const names = [component.purl ?? component['bom-ref'], ...(isImage ? [component.version] : [])].flatMap(
    (name) => asString(name) ?? [],
  );
  const product = productOf(names, isImage ? hash : undefined);
  return { product: product?.kind === 'package' ? ofVersion(product, component.version) : product, isImage };
}

/** A package URL without a version is about the version of the component. */
function ofVersion({ kind, purls }: VexProduct & { readonly kind: 'package' }, value: unknown): VexProduct {
  const version = asString(value);
  if (version === undefined || version === '') return { kind, purls };
  return { kind, purls: purls.map((purl) => ({ version, ...purl })) };
}

type Scope = Pick<Exception, 'images' | 'purls'>;

function scopeOf(affected: JsonMap | undefined, { parts, subject }: Bill, kind: ExceptionKind): Scope | undefined {
  const reference = asString(affected?.ref) ?? '';
  const part = parts.get(reference);
  const product = part === undefined ? productOf([purlOf(reference)]) : part.product;
  // What withdraws does so for all versions: to leave one out would be to except it.
  const versions = kind === 'counts' || affected === undefined ? undefined : versionsOf(affected);
  // The version of an image is its digest, which these are not.
  if (product?.kind === 'image') return versions === undefined ? { images: product.images } : undefined;
  const image = subject?.product?.kind === 'image' ? subject.product : undefined;
  // What is said of packages of an image that cannot be told from others must not hold for all of them.
  const isNowhere = image === undefined && subject?.isImage === true && kind !== 'counts';
  if (product === undefined || isNowhere) return undefined;
  const images = image === undefined ? {} : { images: image.images };
  if (versions === undefined) return { ...images, purls: product.purls };
  const purls = product.purls.flatMap((purl) => versions.map((version) => ({ ...purl, version })));
  return purls.length > 0 ? { ...images, purls } : undefined;
}

/**
 * The versions that an analysis holds for; undefined when it names none, and so holds for all. Ranges are not read: a version
 * that is not named is not excepted, and neither is one that is called affected.
 */
function versionsOf({ versions }: JsonMap): readonly string[] | undefined {
  if (versions === undefined || versions === null) return undefined;
  return asArray(versions).flatMap((value) => {
    const { version, status } = asObject(value) ?? {};
    return status === 'affected' || status === 'unknown' ? [] : (asString(version) ?? []);
  });
}

/** The reference itself, or what stands behind the `#` of a BOM-Link. */
function purlOf(reference: string): string {
  if (!reference.startsWith('urn:cdx:')) return reference;
  const fragment = reference.slice(reference.indexOf('#') + 1);
  try {
    return fragment.startsWith('pkg:') ? fragment : decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
