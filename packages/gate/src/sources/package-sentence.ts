/** What a sentence of a result in SARIF says of the package that it is about. */
export interface PackageSentence {
  readonly by: 'Grype' | 'Snyk';
  readonly package: string;
  /** As the sentence calls it: Grype calls low what nobody has rated. */
  readonly severity: string;
  readonly type?: string;
  readonly version?: string;
  /** Name of the image; absent when something else was looked at, or when it is not told. */
  readonly image?: string;
  readonly path?: string;
}

const formOfGrype =
  /^An? (\S+) vulnerability in (\S+) package: (.+?), version (.*?) was found(?: in image (.*?))?(?: at: (.*)| from .*)?$/s;
const formOfSnyk = /^This file introduces a vulnerable (\S+) package with an? (\S+) severity vulnerability\.$/;

/**
 * Reads the sentences of Grype and Snyk (grype/presenter/sarif/presenter.go of Grype 0.100, get-sarif-result.ts of Snyk's
 * command line). Grype's rules are of a vulnerability and the name of a package, and tell of one version and one place alone,
 * though the package may be there more than once.
 */
export function parseSentence(text: string): PackageSentence | undefined {
  const [, severity = '', type = '', name, version = '', image, path] = formOfGrype.exec(text) ?? [];
  if (name !== undefined) {
    const place = { ...(image ? { image } : {}), ...(path ? { path } : {}) };
    return { by: 'Grype', package: name, severity, type, version, ...place };
  }
  const [, packageOfSnyk, severityOfSnyk = ''] = formOfSnyk.exec(text) ?? [];
  return packageOfSnyk === undefined ? undefined : { by: 'Snyk', package: packageOfSnyk, severity: severityOfSnyk };
}

/** Whether Grype has looked at a folder or a file: it tells a place then, and no image. */
export function isOfFolder({ image, path }: PackageSentence): boolean {
  return image === undefined && path !== undefined;
}
