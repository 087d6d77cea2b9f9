import type { FoundVulnerability } from '@harbor-pilot/step-kit';

/** A package URL (purl-spec 1.0), decoded. */
export interface PackageUrl {
  readonly type: string;
  readonly namespace?: string;
  readonly name: string;
  readonly version?: string;
  readonly qualifiers: ReadonlyMap<string, string>;
  readonly subpath?: string;
}

/** Reads a package URL; undefined when the text is none. */
export function parsePackageUrl(text: string): PackageUrl | undefined {
  const match = /^pkg:\/*([a-z][a-z0-9.+-]*)\/([^?#]+)(?:\?([^#]*))?(?:#(.*))?$/i.exec(text);
  if (match === null) return undefined;
  const [, type = '', path = '', query = '', subpath] = match;
  // The version begins after the last "@": that of a scope stands before a slash.
  const at = path.lastIndexOf('@') > path.lastIndexOf('/') && path.lastIndexOf('@') > 0 ? path.lastIndexOf('@') : -1;
  const segments = (at < 0 ? path : path.slice(0, at)).split('/').filter(Boolean).map(decode);
  const name = segments.pop();
  if (name === undefined) return undefined;
  const version = at < 0 ? '' : decode(path.slice(at + 1));
  const isPython = type.toLowerCase() === 'pypi';
  return {
    type: type.toLowerCase(),
    ...(segments.length === 0 ? {} : { namespace: segments.join('/') }),
    name: isPython ? name.toLowerCase().replaceAll('_', '-') : name,
    ...(version === '' ? {} : { version }),
    qualifiers: new Map(query.split('&').filter(Boolean).map(qualifier)),
    ...(subpath === undefined || subpath === '' ? {} : { subpath: decode(subpath) }),
  };
}

/** Python takes `Zope.Interface`, `zope_interface` and `zope-interface` for the same (packaging.python.org, "Name normalization"). */
function isSameName(type: string, one: string, other: string): boolean {
  if (type !== 'pypi') return one === other;
  const normal = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');
  return normal(one) === normal(other);
}

function qualifier(pair: string): [string, string] {
  const [key = '', ...value] = pair.split('=');
  return [key.toLowerCase(), decode(value.join('='))];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Whether a package URL is about the package of a vulnerability: type, namespace and name are the same, and so are the
 * version, the subpath and each qualifier that it names. Harbor's reports have no package URLs: there the name, as this
 * type of package writes it, and the version decide.
 */
export function isAbout(purl: PackageUrl, found: FoundVulnerability): boolean {
  const own = found.purl === undefined ? undefined : parsePackageUrl(found.purl);
  if (own === undefined) return isNamed(purl, found);
  return (
    purl.type === own.type &&
    (purl.namespace ?? '') === (own.namespace ?? '') &&
    isSameName(purl.type, purl.name, own.name) &&
    (purl.version === undefined || purl.version === own.version) &&
    (purl.subpath === undefined || purl.subpath === own.subpath) &&
    [...purl.qualifiers].every(([key, value]) => own.qualifiers.get(key) === value)
  );
}

function isNamed(purl: PackageUrl, { package: name, version }: FoundVulnerability): boolean {
  const epoch = purl.qualifiers.get('epoch');
  const versions = [purl.version, ...(epoch === undefined ? [] : [`${epoch}:${purl.version}`])];
  return isSameName(purl.type, writtenName(purl), name) && (purl.version === undefined || versions.includes(version));
}

/** The name as scanners write it. The namespace of a package of an operating system is the system; in other types it belongs to the name. */
export function writtenName({ type, namespace, name }: PackageUrl): string {
  if (namespace === undefined || ['apk', 'deb', 'rpm', 'alpm'].includes(type)) return name;
  return `${namespace}${type === 'maven' ? ':' : '/'}${name}`;
}
