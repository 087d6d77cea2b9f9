import { posix } from 'node:path';

/** What a path inside an image means to the scanner. */
export type Interest =
  | { readonly kind: 'keep' }
  /** Noticed, but not read. `database` marks the package database of an operating system. */
  | { readonly kind: 'notice'; readonly what: string; readonly database: boolean };

/** Files that are read. Debian's distroless images have one file per package in `status.d`. */
const keptPaths: readonly RegExp[] = [
  /^(?:etc|usr\/lib)\/os-release$/,
  /^var\/lib\/dpkg\/status$/,
  /^var\/lib\/dpkg\/status\.d\/(?!.*\.(?:md5sums|preinst|postinst)$)[^/]+$/,
  /^(?:usr\/)?lib\/apk\/db\/installed$/,
  /(?:^|\/)node_modules\/\.package-lock\.json$/,
  /^(?!(?:.*\/)?node_modules\/)(?:.*\/)?(?:package-lock|npm-shrinkwrap)\.json$/,
];

const noticedPaths: readonly (readonly [what: string, database: boolean, path: RegExp])[] = [
  ['an rpm database', true, /^(?:var\/lib|usr\/lib\/sysimage|usr\/share)\/rpm\/(?:Packages(?:\.db)?|rpmdb\.sqlite)$/],
  ['a pacman database', true, /^var\/lib\/pacman\/local\/[^/]+\/desc$/],
  ['Python packages', false, /\/(?:site|dist)-packages\/[^/]+\.(?:dist-info\/METADATA|egg-info(?:\/PKG-INFO)?)$/],
  ['Ruby gems', false, /(?:^|\/)specifications\/(?:default\/)?[^/]+\.gemspec$/],
  ['a Java archive', false, /\.(?:jar|war|ear)$/],
  ['a yarn lock file', false, /^(?!(?:.*\/)?node_modules\/)(?:.*\/)?yarn\.lock$/],
  ['a pnpm lock file', false, /^(?!(?:.*\/)?node_modules\/)(?:.*\/)?pnpm-lock\.yaml$/],
  ['PHP packages', false, /(?:^|\/)vendor\/composer\/installed\.json$/],
  ['npm packages without a lock file', false, npmPackagePath()],
];

/** `package.json` of a package right below the outermost `node_modules`; deeper ones belong to the same folder. */
function npmPackagePath(): RegExp {
  return /^(?:(?!node_modules\/)[^/]+\/)*node_modules\/(?:@[^/]+\/)?[^@/][^/]*\/package\.json$/;
}

/** What the scanner does with the file at a path (without a leading slash), by its name alone. */
export function interestIn(path: string): Interest | undefined {
  if (keptPaths.some((pattern) => pattern.test(path))) return { kind: 'keep' };
  const noticed = noticedPaths.find(([, , pattern]) => pattern.test(path));
  return noticed && { kind: 'notice', what: noticed[0], database: noticed[1] };
}

/** The folder of the npm project that a lock file, or a file in its `node_modules`, belongs to; empty for the root. */
export function npmProjectOf(path: string): string {
  const [above, ...below] = `/${path}`.split('/node_modules/');
  return (below.length === 0 ? posix.dirname(`/${path}`) : (above ?? '')).slice(1);
}
