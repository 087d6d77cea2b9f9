import { asArray, asObject, asString, formatCount } from '@harbor-pilot/core';
import type { Exception, ExceptionFile, ExceptionKind } from './exception.ts';
import { requireList, requireMap, textOf, timeOf, unknownWord, unusable } from './fields.ts';
import type { Located, ValuePath } from './located.ts';
import { productOf, type VexProduct } from './vex-product.ts';

const kinds: Readonly<Record<string, ExceptionKind>> = {
  not_affected: 'not-affected',
  fixed: 'fixed',
  affected: 'counts',
  under_investigation: 'counts',
};

const justifications = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
];

/**
 * Reads an OpenVEX document (v0.2.0; and older ones, which have text in place of maps, and the subcomponents beside the
 * products). A statement holds for the products that it names: the image, or packages; with subcomponents, for these packages
 * of the image.
 * @param file name for reports.
 * @throws PilotError INPUT_INVALID with the line.
 */
export function parseOpenVex(located: Located, file: string): ExceptionFile {
  const root = requireMap(located, [], located.value);
  const exceptions: Exception[] = [];
  let unread = 0;
  for (const [index, value] of requireList(located, ['statements'], root.statements).entries()) {
    const path = ['statements', index];
    const statement = requireMap(located, path, value);
    const common = readStatement(located, path, statement, root, file);
    const products = requireList(located, [...path, 'products'], statement.products);
    const shared = partsOf(located, path, statement);
    const scopes = products.map((product, place) => {
      const own = partsOf(located, [...path, 'products', place], asObject(product));
      return scopeOf(product, [...own, ...shared], common.kind);
    });
    if (scopes.length === 0) unread += 1;
    for (const scope of scopes) {
      if (scope === undefined) unread += 1;
      else exceptions.push({ ...common, ...scope });
    }
  }
  const unreadWarning = `${file}: ${formatCount(unread, 'product')} in it can be compared with no image and no package.`;
  return { exceptions, warnings: unread > 0 ? [unreadWarning] : [] };
}

function readStatement(
  located: Located,
  path: ValuePath,
  statement: Readonly<Record<string, unknown>>,
  root: Readonly<Record<string, unknown>>,
  file: string,
): Exception {
  const text = (key: string): string | undefined => textOf(located, path, statement, key);
  const status = text('status');
  const kind = Object.hasOwn(kinds, status ?? '') ? kinds[status ?? ''] : undefined;
  if (kind === undefined) throw unknownWord(located, [...path, 'status'], 'status', status, Object.keys(kinds));
  const justification = text('justification');
  if (justification !== undefined && !justifications.includes(justification)) {
    throw unknownWord(located, [...path, 'justification'], 'justification', justification, justifications);
  }
  const impact = text('impact_statement');
  if (kind === 'not-affected' && justification === undefined && impact === undefined) {
    throw unusable(located, path, 'a statement "not_affected" has neither "justification" nor "impact_statement"');
  }
  const why = [justification?.replaceAll('_', ' '), impact, text('status_notes')].filter((one) => one !== undefined);
  const owner = text('supplier') ?? textOf(located, [], root, 'author');
  return {
    ids: idsOf(located, path, statement.vulnerability),
    kind,
    reason: why.join(': ') || (status ?? ''),
    ...(owner === undefined ? {} : { owner }),
    from: file,
    statedAt: timeOf(located, [...path, 'timestamp'], text('timestamp') ?? textOf(located, [], root, 'timestamp')),
  };
}

function idsOf(located: Located, path: ValuePath, value: unknown): readonly [string, ...string[]] {
  const map = asObject(value);
  const name = asString(map?.name) ?? asString(map?.['@id']) ?? asString(value);
  if (name === undefined || name === '')
    throw unusable(located, path, 'the statement has no name of the vulnerability');
  return [name, ...asArray(map?.aliases).filter((alias) => typeof alias === 'string')];
}

type Scope = Pick<Exception, 'images' | 'purls'>;

/** What is no list must not make it a statement about all of the image. */
function partsOf(located: Located, path: ValuePath, holder: Readonly<Record<string, unknown>> | undefined) {
  return requireList(located, [...path, 'subcomponents'], holder?.subcomponents);
}

/** What a product of a statement is about; undefined when nothing can be compared with it. */
function scopeOf(value: unknown, parts: readonly unknown[], kind: ExceptionKind): Scope | undefined {
  const product = componentOf(value);
  if (product === undefined) return undefined;
  const whole = product.kind === 'package' ? { purls: product.purls } : { images: product.images };
  if (parts.length === 0) return whole;
  const packages = parts.map(componentOf).filter((part) => part?.kind === 'package');
  // Parts that cannot be read must not make it a statement about all of the image, unless it withdraws something.
  const isReadable = product.kind === 'image' && packages.length === parts.length;
  if (kind === 'counts' && !isReadable) return whole;
  if (product.kind === 'package') return undefined;
  return packages.length > 0 ? { images: product.images, purls: packages.flatMap(({ purls }) => purls) } : undefined;
}

function componentOf(value: unknown): VexProduct | undefined {
  const map = asObject(value);
  const names = [asString(value), asString(map?.['@id']), asString(asObject(map?.identifiers)?.purl)];
  return productOf(
    names.filter((name) => name !== undefined),
    hashIn(asObject(map?.hashes)),
  );
}

/** Empty where there are hashes of other kinds only. */
function hashIn(hashes: Readonly<Record<string, unknown>> = {}): string | undefined {
  return asString(hashes['sha-256']) ?? (Object.keys(hashes).length > 0 ? '' : undefined);
}
