/** An operating system, as `/etc/os-release` names it. */
export interface Distribution {
  /** `PRETTY_NAME`, for people. */
  readonly name: string;
  /** What advisories call its release, `Debian:12`; undefined for a system whose advisories are not known here. */
  readonly ecosystem: string | undefined;
}

type Release = { readonly versionId: string; readonly majorMinor: string };

/** Names of releases in OSV (OSV schema 1.7, "Defined Ecosystems"), by `ID` of os-release. */
const ecosystems: Readonly<Record<string, (release: Release) => string>> = {
  debian: ({ versionId }) => `Debian:${versionId}`,
  ubuntu: ({ versionId }) => `Ubuntu:${versionId}`,
  alpine: ({ majorMinor }) => `Alpine:v${majorMinor}`,
  wolfi: () => 'Wolfi',
  chainguard: () => 'Chainguard',
};

/** Reads os-release(5): shell-like assignments. */
export function parseOsRelease(text: string): Distribution {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const field = /^([A-Z_0-9]+)=(.*)$/.exec(line.trim());
    if (field?.[1] !== undefined && field[2] !== undefined) fields.set(field[1], unquote(field[2]));
  }
  const id = fields.get('ID') ?? 'linux';
  const versionId = fields.get('VERSION_ID') ?? '';
  const known = Object.hasOwn(ecosystems, id) ? ecosystems[id] : undefined;
  const rolling = id === 'wolfi' || id === 'chainguard';
  const majorMinor = versionId.split('.').slice(0, 2).join('.');
  return {
    name: fields.get('PRETTY_NAME') ?? `${id} ${versionId}`.trim(),
    ecosystem: versionId === '' && !rolling ? undefined : known?.({ versionId, majorMinor }),
  };
}

function unquote(value: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(value);
  return (quoted?.[2] ?? value).replace(/\\(.)/g, '$1');
}

/** The ecosystem of an advisory without what says only how long a release is supported (`Ubuntu:24.04:LTS`). */
export function releaseOf(ecosystem: string): string {
  return ecosystem.replace(/^(Ubuntu:[\d.]+):LTS$/, '$1');
}
