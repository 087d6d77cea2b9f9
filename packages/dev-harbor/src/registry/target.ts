/** What a request below /v2 is about. */
export type Target =
  | { readonly kind: 'base' }
  | { readonly kind: 'catalog' }
  | { readonly kind: 'tags'; readonly repository: string }
  | { readonly kind: 'manifest' | 'referrers'; readonly repository: string; readonly reference: string }
  | { readonly kind: 'blob'; readonly repository: string; readonly digest: string }
  | { readonly kind: 'uploads'; readonly repository: string }
  | { readonly kind: 'upload'; readonly repository: string; readonly upload: string };

// OCI distribution spec 1.1.1, "Pulling manifests".
const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const name = `(${component}(?:/${component})*)`;
const forms: readonly { readonly rest: string; readonly target: (repository: string, part: string) => Target }[] = [
  { rest: 'tags/list', target: (repository) => ({ kind: 'tags', repository }) },
  { rest: 'blobs/uploads/?', target: (repository) => ({ kind: 'uploads', repository }) },
  {
    rest: 'blobs/uploads/([a-zA-Z0-9_.=-]+)',
    target: (repository, upload) => ({ kind: 'upload', repository, upload }),
  },
  {
    rest: 'blobs/([a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,})',
    target: (repository, digest) => ({ kind: 'blob', repository, digest }),
  },
  { rest: 'manifests/(.+)', target: (repository, reference) => ({ kind: 'manifest', repository, reference }) },
  { rest: 'referrers/(.+)', target: (repository, reference) => ({ kind: 'referrers', repository, reference }) },
];
const patterns = forms.map(({ rest, target }) => ({ pattern: new RegExp(`^/v2/${name}/${rest}$`), target }));

/** Reads the path of a request; undefined when the distribution API has none like it. */
export function parseTarget(path: string): Target | undefined {
  if (path === '/v2/') return { kind: 'base' };
  if (path === '/v2/_catalog') return { kind: 'catalog' };
  for (const { pattern, target } of patterns) {
    const match = pattern.exec(path);
    if (match !== null) return target(match[1] ?? '', match[2] ?? '');
  }
  return undefined;
}

/** Whether a reference is a digest; anything else is taken for a tag. */
export function isDigestReference(reference: string): boolean {
  return /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/.test(reference);
}

/** `acme/app:v1` or `acme/app@sha256:…`, as messages name an artifact. */
export function formatArtifact(repository: string, reference: string): string {
  return `${repository}${isDigestReference(reference) ? '@' : ':'}${reference}`;
}

/** What is wrong with a digest; undefined when it is one. */
export function digestProblem(digest: string): string | undefined {
  const match = /^([a-z0-9]+(?:[.+_-][a-z0-9]+)*):([a-f0-9]+)$/.exec(digest);
  if (match === null) return `unsupported digest ${digest}: invalid checksum digest format`;
  const length = { sha256: 64, sha384: 96, sha512: 128 }[match[1] ?? ''];
  if (length === undefined) return `unsupported digest ${digest}: unsupported digest algorithm`;
  return match[2]?.length === length ? undefined : `unsupported digest ${digest}: invalid checksum digest length`;
}
