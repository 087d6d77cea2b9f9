/** What a request below /v2 is about. */
export type Target =
  | { readonly kind: 'base' }
  | { readonly kind: 'catalog' }
  | { readonly kind: 'tags'; readonly repository: string }
  | { readonly kind: 'manifest' | 'referrers'; readonly repository: string; readonly reference: string }
  | { readonly kind: 'blob'; readonly repository: string; readonly digest: string }
  | { readonly kind: 'uploads'; readonly repository: string }
  | { readonly kind: 'upload'; readonly repository: string; readonly upload: string }
  /** Harbor asks for permission in the repository, and the registry behind it has no such path. */
  | { readonly kind: 'nothing'; readonly repository: string };

// Names and digests as in distribution 2.8.2, reference/regexp.go: the first component may look like a domain with a port.
const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const domainComponent = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const domain = `${domainComponent}(?:\\.${domainComponent})*(?::[0-9]+)?`;
/** What names of repositories look like, as the source of a regular expression with one group. */
export const repositoryPattern = `((?:${domain}/)?${component}(?:/${component})*)`;
const forms: readonly { readonly rest: string; readonly target: (repository: string, part: string) => Target }[] = [
  { rest: 'tags/list/?', target: (repository) => ({ kind: 'tags', repository }) },
  { rest: 'tags/list.+', target: (repository) => ({ kind: 'nothing', repository }) },
  { rest: 'blobs/uploads/?', target: (repository) => ({ kind: 'uploads', repository }) },
  {
    rest: 'blobs/uploads/([a-zA-Z0-9_.=-]+)',
    target: (repository, upload) => ({ kind: 'upload', repository, upload }),
  },
  { rest: 'blobs/uploads[a-zA-Z0-9_.=/-]+', target: (repository) => ({ kind: 'nothing', repository }) },
  {
    rest: 'blobs/([a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+)',
    target: (repository, digest) => ({ kind: 'blob', repository, digest }),
  },
  { rest: 'manifests/([^/]+)', target: (repository, reference) => ({ kind: 'manifest', repository, reference }) },
  { rest: 'referrers/([^/]+)', target: (repository, reference) => ({ kind: 'referrers', repository, reference }) },
  { rest: '(?:manifests|referrers)/.*', target: (repository) => ({ kind: 'nothing', repository }) },
];
const patterns = forms.map(({ rest, target }) => ({
  pattern: new RegExp(`^/v2/${repositoryPattern}/${rest}$`),
  target,
}));

/** Reads the path of a request; undefined when the distribution API has none like it. */
export function parseTarget(path: string): Target | undefined {
  if (path === '/v2/') return { kind: 'base' };
  if (path === '/v2/_catalog' || path === '/v2/_catalog/') return { kind: 'catalog' };
  for (const { pattern, target } of patterns) {
    const match = pattern.exec(path);
    if (match !== null) return target(match[1] ?? '', match[2] ?? '');
  }
  return undefined;
}

/** Whether a reference is a digest; anything else is taken for a tag. */
export const isDigestReference = (reference: string): boolean => digestProblem(reference) === undefined;

/** `acme/app:v1` or `acme/app@sha256:…`, as messages name an artifact. */
export function formatArtifact(repository: string, reference: string): string {
  return `${repository}${isDigestReference(reference) ? '@' : ':'}${reference}`;
}

const hexLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** What is wrong with a digest; undefined when it is one (go-digest 1.0.0, digest.go). */
export function digestProblem(digest: string): 'format' | 'algorithm' | 'length' | undefined {
  const colon = digest.indexOf(':');
  if (colon <= 0 || colon === digest.length - 1) return 'format';
  const length = hexLengths[digest.slice(0, colon)];
  if (length === undefined)
    return /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/.test(digest) ? 'algorithm' : 'format';
  const hex = digest.slice(colon + 1);
  if (hex.length !== length) return 'length';
  return /^[a-f0-9]+$/.test(hex) ? undefined : 'format';
}

const digestProblems = {
  format: 'invalid checksum digest format',
  algorithm: 'unsupported digest algorithm',
  length: 'invalid checksum digest length',
};

/** How Harbor refuses what has to be a digest; undefined when it is one. */
export function explainDigest(digest: string): string | undefined {
  const problem = digestProblem(digest);
  return problem && `unsupported digest ${digest}: ${digestProblems[problem]}`;
}
