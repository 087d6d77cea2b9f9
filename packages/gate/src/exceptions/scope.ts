import type { FoundVulnerability } from '@harbor-pilot/step-kit';
import { globMatcher, relativePath } from '../policy/glob.ts';
import type { ExceptedImage, Exception, ImageSelector } from './exception.ts';
import { isAbout } from './package-url.ts';

/**
 * The platforms of an image that an exception is about; undefined when it is not about the image at all.
 */
export function platformsInScope(exception: Exception, image: ExceptedImage): ReadonlySet<string> | undefined {
  const { images, platforms } = exception;
  const own = ownPlatforms(image);
  const selected = images === undefined ? own : images.flatMap((selector) => own.filter(selects(selector, image)));
  const match = platforms === undefined ? undefined : globMatcher(platforms);
  // `linux/arm64` is `linux/arm64/v8`, too: not all that name a platform name its variant.
  const names = (platform: string): readonly string[] => [platform, platform.split('/', 2).join('/')];
  const scope = new Set(
    selected.filter((platform) => match === undefined || names(platform).some((name) => match(name) !== undefined)),
  );
  return scope.size > 0 ? scope : undefined;
}

/** The platforms of an image; where nobody tells them, one without a name. */
export function ownPlatforms({ platforms }: ExceptedImage): readonly string[] {
  return platforms.length > 0 ? platforms : [''];
}

function selects(selector: ImageSelector, image: ExceptedImage): (platform: string) => boolean {
  const { digest, name, repository, shortName, architecture } = selector;
  const ownName = image.image.slice(image.image.indexOf('/') + 1);
  const match = name === undefined ? undefined : globMatcher([name]);
  const isNamed =
    (match === undefined || (match(image.image) ?? match(ownName)) !== undefined) &&
    (repository === undefined || repository === image.image) &&
    (shortName === undefined || shortName === image.image.slice(image.image.lastIndexOf('/') + 1));
  return (platform) =>
    isNamed &&
    (digest === undefined || digest === image.digest || digest === image.platformDigests?.get(platform)) &&
    (architecture === undefined || platform.split('/')[1] === architecture);
}

/** A test whether an exception is about a package and its place, not looking at the id and the platforms. */
export function packageMatcher(exception: Exception): (found: FoundVulnerability) => boolean {
  const { purls } = exception;
  const tests: ((found: FoundVulnerability) => boolean)[] = [
    ...globTest(exception.package, (found) => found.package),
    ...globTest(exception.version, (found) => found.version),
    ...globTest(exception.paths?.map(relativePath), ({ path }) => (path === undefined ? path : relativePath(path))),
    ...(purls === undefined ? [] : [(found: FoundVulnerability) => purls.some((purl) => isAbout(purl, found))]),
  ];
  return (found) => tests.every((test) => test(found));
}

function globTest(
  patterns: string | readonly string[] | undefined,
  textOf: (found: FoundVulnerability) => string | undefined,
): ((found: FoundVulnerability) => boolean)[] {
  if (patterns === undefined) return [];
  const match = globMatcher([patterns].flat());
  return [
    (found) => {
      const text = textOf(found);
      return text !== undefined && match(text) !== undefined;
    },
  ];
}
