/** What a result of Grype's SARIF says of the package that it is about. */
export interface GrypeSentence {
  readonly type: string;
  readonly package: string;
  readonly version: string;
  /** Name of the image; absent when something else was looked at. */
  readonly image?: string;
  readonly path?: string;
}

const form =
  /^An? \S+ vulnerability in (\S+) package: (.+?), version (.*?) was found(?: in image (.*?))?(?: at: (.*)| from .*)?$/s;

/**
 * Reads `A high vulnerability in npm package: lodash, version 4.17.20 was found in image shop/app:1 at: /app/lock.json`
 * (grype/presenter/sarif/presenter.go of Grype 0.100). Its rules are of a vulnerability and the name of a package, and tell
 * of one version and one place alone, though the package may be there more than once.
 */
export function parseGrypeSentence(text: string): GrypeSentence | undefined {
  const [, type, name, version, image, path] = form.exec(text) ?? [];
  if (type === undefined || name === undefined || version === undefined) return undefined;
  return { type, package: name, version, ...(image ? { image } : {}), ...(path ? { path } : {}) };
}

/** Whether what was looked at is a folder or a file: its place is told, and no image. */
export function isOfFolder({ image, path }: GrypeSentence): boolean {
  return image === undefined && path !== undefined;
}
