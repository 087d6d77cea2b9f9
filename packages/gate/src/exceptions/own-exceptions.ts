import { isDigest } from '@harbor-pilot/oci';
import type { Exception, ImageSelector } from './exception.ts';
import { expiryOf } from './expiry.ts';
import { requireId, requireList, requireMap, requireValues, textOf, textsOf, unusable } from './fields.ts';
import type { Located, ValuePath } from './located.ts';

const keys = ['id', 'package', 'version', 'reason', 'owner', 'expires', 'images', 'platforms'];

/**
 * Reads the exceptions of harbor-pilot.yml: a list of maps with `id`, `reason` and maybe `package`, `version`, `owner`,
 * `expires`, `images`, `platforms`.
 * @param located with the list as its value.
 * @param from name of the file, for reports.
 * @throws PilotError of the file's code, with the line.
 */
export function parseExceptions(located: Located, from: string): readonly Exception[] {
  return requireList(located, [], located.value).map((value, index) => parseException(located, [index], value, from));
}

function parseException(located: Located, path: ValuePath, value: unknown, from: string): Exception {
  const map = requireMap(located, path, value, keys);
  requireValues(located, path, map, ['package', 'version', 'expires', 'images', 'platforms']);
  const text = (key: string): string | undefined => textOf(located, path, map, key);
  const required = (key: string, hint: string): string => {
    const found = text(key);
    if (found === undefined) throw unusable(located, path, `the exception has no "${key}"`, hint);
    return found;
  };
  const id = requireId(located, [...path, 'id'], required('id', 'Name the vulnerability, such as CVE-2026-1234.'));
  const reason = required('reason', 'Say why it does not count: whoever reads the report wants to know.');
  const [name, version, owner] = [text('package'), text('version'), text('owner')];
  const expiresAt = expiryOf(located, [...path, 'expires'], text('expires'));
  const platforms = textsOf(located, path, map, 'platforms')?.map((platform) =>
    withSlash(located, [...path, 'platforms'], platform, 'no operating system', `linux/${platform}`),
  );
  const images = textsOf(located, path, map, 'images')?.map((image) => selectorOf(located, [...path, 'images'], image));
  return {
    ids: [id],
    kind: 'accepted',
    reason,
    from,
    ...(name === undefined ? {} : { package: name }),
    ...(version === undefined ? {} : { version }),
    ...(owner === undefined ? {} : { owner }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(images === undefined ? {} : { images }),
    ...(platforms === undefined ? {} : { platforms }),
  };
}

/** `shop/*`, `sha256:…`, or both: `shop/app@sha256:…`. */
function selectorOf(located: Located, path: ValuePath, text: string): ImageSelector {
  const at = text.indexOf('@');
  const digest = isDigest(text) ? text : at < 0 ? undefined : text.slice(at + 1);
  if (digest === undefined && /:[^/]*$/.test(text)) {
    const name = text.slice(0, text.lastIndexOf(':'));
    throw unusable(
      located,
      path,
      `"${text}" names a tag`,
      `A tag may be any image: write ${name}, or ${name}@sha256:….`,
    );
  }
  const nameOf = (name: string): string =>
    withSlash(located, path, name, 'no project', `shop/${name}, or */${name} for that of any project`);
  if (digest === undefined) return { name: nameOf(text) };
  if (!isDigest(digest)) {
    throw unusable(
      located,
      path,
      `"${digest}" is not a digest`,
      'A digest looks like sha256: and 64 hexadecimal digits in lower case.',
    );
  }
  return text === digest ? { digest } : { name: nameOf(text.slice(0, at)), digest };
}

/** A glob that could match nothing would be an exception that nobody notices to be without effect. */
function withSlash(located: Located, path: ValuePath, glob: string, lack: string, example: string): string {
  if (glob.includes('/') || glob === '**') return glob;
  throw unusable(located, path, `"${glob}" names ${lack}`, `Write ${example}.`);
}
