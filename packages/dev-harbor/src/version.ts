/** The lines of Harbor that the embedded one can behave like. */
export const harborVersions = ['2.12', '2.14', '2.15'] as const;

/** One of the lines of Harbor that the embedded one can behave like. */
export type HarborVersion = (typeof harborVersions)[number];

/** In what the versions of Harbor differ, seen on 2.12.4, 2.14.4 and 2.15.2. Nothing else in this package asks for the version. */
export interface VersionTraits {
  /** As `GET /systeminfo` writes it. */
  readonly name: string;
  /** Whether `GET /systeminfo` tells the version to everybody. */
  readonly isKnownToAll: boolean;
  /** Artifact types of referrers that are a `signature.cosign`; those of the other tools are the same everywhere. */
  readonly cosignTypes: readonly string[];
  /** Whether Harbor itself refuses what is no name of a tag; otherwise the registry behind it has no such path. */
  readonly checksTagNames: boolean;
  /** What `GET …/additions/{addition}` may be asked for, whether it is there or not. */
  readonly additions: readonly string[];
  /** Whether an image that names an artifact type is shown as an image like any other. */
  readonly readsTypedImages: boolean;
  /** Which audit log is kept: the one of `/audit-logs`, or the one of `/auditlog-exts`. The former path is always there. */
  readonly auditLog: 'plain' | 'extended';
  /** Whether `GET /projects/{project}/robots` of the first API version is there. */
  readonly listsProjectRobots: boolean;
  /** Whether the realm of a challenge follows the Host header; otherwise it is the configured address of the server. */
  readonly realmFollowsHost: boolean;
  /** Whether a token dies with the project that it was issued for. */
  readonly tokensEndWithProject: boolean;
  /** Whether findings have a `status`. */
  readonly findingsHaveStatus: boolean;
  /** Whether reports count, and can be read, while their scanner does not answer. */
  readonly reportsOutliveScanner: boolean;
  /** Whether refusals about users say what was refused; otherwise they only name the sender. */
  readonly explainsUserRefusals: boolean;
  /** Whether guests, and all above them, may read the audit log of their project; otherwise its administrators alone. */
  readonly guestsReadLog: boolean;
  /** Whether `Level=system` in the query of robots asks for those of the system; otherwise for all. */
  readonly levelFindsSystemRobots: boolean;
  /** Whether the search for users finds the first administrator beside others, and tells upper case from lower. */
  readonly searchFindsAdministrator: boolean;
  /** Settings of projects that are not there yet. */
  readonly unknownMetadata: readonly string[];
  /** Whether the credentials of scanners are kept from those who read their registrations, and stay when none are given. */
  readonly hidesScannerCredentials: boolean;
  /** Whether pushes, tags and deletions change when a repository was changed last. */
  readonly datesRepositories: boolean;
  /** Whether who pulls a child of an index pulls the index. */
  readonly datesIndexes: boolean;
  /** Settings of `GET /configurations` that are not there yet. */
  readonly unknownSettings: readonly string[];
}

const cosignType = 'application/vnd.dev.cosign.artifact.sig.v1+json';
const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const firstAdditions = ['build_history', 'values.yaml', 'readme.md', 'dependencies', 'sbom'];

const traitsOf212: VersionTraits = {
  name: 'v2.12.4-6b4981d4',
  isKnownToAll: true,
  cosignTypes: [cosignType],
  checksTagNames: false,
  additions: firstAdditions,
  readsTypedImages: true,
  auditLog: 'plain',
  listsProjectRobots: true,
  realmFollowsHost: false,
  tokensEndWithProject: false,
  findingsHaveStatus: false,
  reportsOutliveScanner: false,
  explainsUserRefusals: true,
  guestsReadLog: true,
  levelFindsSystemRobots: false,
  searchFindsAdministrator: false,
  hidesScannerCredentials: false,
  datesRepositories: false,
  datesIndexes: false,
  unknownMetadata: ['max_upstream_conn', 'proxy_cache_local_on_not_found'],
  unknownSettings: ['disabled_audit_log_event_types', 'oidc_logout'],
};

const traitsOf214: VersionTraits = {
  ...traitsOf212,
  name: 'v2.14.4-79a297f7',
  isKnownToAll: false,
  additions: [...firstAdditions, 'license', 'files'],
  readsTypedImages: false,
  auditLog: 'extended',
  listsProjectRobots: false,
  realmFollowsHost: true,
  tokensEndWithProject: true,
  findingsHaveStatus: true,
  reportsOutliveScanner: true,
  guestsReadLog: false,
  levelFindsSystemRobots: true,
  searchFindsAdministrator: true,
  hidesScannerCredentials: true,
  unknownMetadata: ['proxy_cache_local_on_not_found'],
  unknownSettings: [],
};

const traitsOf215: VersionTraits = {
  ...traitsOf214,
  name: 'v2.15.2-080b0220',
  cosignTypes: [cosignType, bundleType],
  datesRepositories: true,
  datesIndexes: true,
  checksTagNames: true,
  explainsUserRefusals: false,
  unknownMetadata: [],
};

/** What each version is like. */
export const versionTraits: Readonly<Record<HarborVersion, VersionTraits>> = {
  '2.12': traitsOf212,
  '2.14': traitsOf214,
  '2.15': traitsOf215,
};
