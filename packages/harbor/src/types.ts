import type { Digest } from '@harbor-pilot/oci';
import type { ListedArtifact } from './artifact-lists.ts';
import type { ProjectReads } from './project-details.ts';
import type { ScannerReads } from './project-scanner.ts';
import type { SystemReads } from './system.ts';
import type { TagRuleReads } from './tag-rules.ts';

/** Severities of Harbor's reports, worst first. */
export const severities = ['Critical', 'High', 'Medium', 'Low', 'Negligible', 'Unknown'] as const;

/** One severity as Harbor writes it. */
export type Severity = (typeof severities)[number];

/** State of a scan of one artifact; `absent` while it is only queued, or never was asked for. */
export type ScanStatus = 'absent' | 'Pending' | 'Running' | 'Success' | 'Error' | 'Stopped';

/** Summary of the last scan of one artifact (`scan_overview`). */
export interface ScanOverview {
  readonly status: ScanStatus;
  readonly reportId?: string;
  /** Worst severity, as Harbor says it; "None" for a clean image. */
  readonly severity?: string;
  /** How many vulnerabilities were found. */
  readonly total?: number;
  readonly scanner?: Scanner;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
}

/** Summary of the last scan for a bill of materials (`sbom_overview`). */
export interface SbomOverview extends ScanOverview {
  /** Digest of the bill of materials, which is an artifact of its own. */
  readonly sbomDigest?: Digest;
}

/** What an image is scanned for. */
export type ScanKind = 'vulnerability' | 'sbom';

/** A scanner as it is named in overviews and reports. */
export interface Scanner {
  readonly name: string;
  readonly vendor?: string;
  readonly version?: string;
}

/** Stands for the id of a vulnerability whose report gives none. */
export const noId = '(no id)';

/** One vulnerability of a report. */
export interface Vulnerability {
  readonly id: string;
  readonly package: string;
  readonly version: string;
  /** Absent when there is no fix. */
  readonly fixVersion?: string;
  readonly severity: Severity;
  readonly description?: string;
  readonly links: readonly string[];
  /** Base CVSS score of version 3, 0 to 10. */
  readonly cvssScore?: number;
  readonly cvssVector?: string;
  /** `CWE-79`. */
  readonly cwes: readonly string[];
  /** What the distribution says of it: `fixed`, `will_not_fix`. Harbor 2.12 does not tell. */
  readonly status?: string;
  /** What the scanner says beside, in a form of its own. */
  readonly vendorAttributes?: Readonly<Record<string, unknown>>;
  /** Digests of the artifacts in which it was found. */
  readonly artifactDigests: readonly Digest[];
}

/** A finished report. */
export interface VulnerabilityReport {
  readonly generatedAt?: Date;
  readonly scanner?: Scanner;
  readonly vulnerabilities: readonly Vulnerability[];
}

/** Harbor's record of a manifest. Not an OCI artifact. */
export interface HarborArtifact {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly tags: readonly string[];
  readonly labels: readonly string[];
  /** Digests of the children when it is an index. */
  readonly children: readonly Digest[];
  /** The platforms that an index names its children by, `linux/arm64/v8`; `unknown/unknown` of attestations. */
  readonly platforms: ReadonlyMap<Digest, string>;
  readonly accessories: readonly Accessory[];
  /** Of an index, that of its children together; absent while the scanner does not answer, also after a scan. */
  readonly scan: ScanOverview;
  /** An index has none: its children have. */
  readonly sbom: SbomOverview;
  /** Whether the project has a scanner that answers and scans such artifacts: Harbor links to its reports only then. */
  readonly isScannable: boolean;
}

/** Harbor's record of a referrer. */
export interface Accessory {
  readonly digest: Digest;
  readonly subjectDigest: Digest;
  /** `signature.cosign`, `subject.accessory`… Never derive "signed" from it alone. */
  readonly type: string;
}

/** Permission of a robot account: what on which kind of resource. */
export interface RobotAccess {
  readonly resource: string;
  readonly action: string;
}

/** What a robot account may do in one place. */
export interface RobotPermission {
  readonly kind: 'project' | 'system';
  /** Name of a project, `*` for all of them, `/` for the system. */
  readonly namespace: string;
  readonly access: readonly RobotAccess[];
}

interface RobotWish {
  /** Without prefix and project: lower case letters and digits, with single `.`, `_` or `-` between them. */
  readonly name: string;
  readonly description?: string;
  /** -1 for ever. */
  readonly durationDays: number;
}

/** A robot account of one project that is to be made. */
export interface ProjectRobotRequest extends RobotWish {
  readonly project: string;
  readonly access: readonly RobotAccess[];
}

/** A robot account of the system that is to be made. */
export interface SystemRobotRequest extends RobotWish {
  readonly permissions: readonly RobotPermission[];
}

/** A robot account just made; its secret is shown once. */
export interface NewRobot {
  readonly id: number;
  /** Full name, `robot$project+name`. */
  readonly name: string;
  readonly secret: string;
  /** By Harbor's clock. */
  readonly createdAt?: Date;
  readonly expiresAt?: Date;
}

/** A robot account as Harbor tells of it. */
export interface Robot {
  readonly id: number;
  /** Full name, `robot$project+name`; `robot$name` of the system. */
  readonly name: string;
  readonly description: string;
  readonly level: 'project' | 'system';
  /** -1 for ever. */
  readonly durationDays: number;
  readonly isDisabled: boolean;
  readonly permissions: readonly RobotPermission[];
  /** By Harbor's clock. */
  readonly createdAt?: Date;
  readonly expiresAt?: Date;
}

/** Storage of a project. */
export interface ProjectQuota {
  readonly usedBytes: number;
  /** Absent when there is no limit. */
  readonly limitBytes?: number;
  readonly repositoryCount: number;
}

/** Harbor's API v2.0 as one account. Repository names have no project, `app` or `team/app`. Methods throw PilotError. */
export interface Harbor extends SystemReads, ProjectReads, TagRuleReads, ScannerReads {
  /** Host with port. */
  readonly host: string;
  /** `v2.15.2-080b0220`, or undefined when Harbor does not tell this account. */
  version(): Promise<string | undefined>;
  /** PROJECT_UNAVAILABLE when there is none or the account may not see it (Harbor answers 403 for both). */
  projectId(project: string): Promise<number>;
  /** Creates a project unless there is one. True when it was created. */
  ensureProject(project: string, metadata?: Readonly<Record<string, string>>): Promise<boolean>;
  /** What a project uses and may use. */
  quota(project: string): Promise<ProjectQuota>;
  hasRepository(project: string, repository: string): Promise<boolean>;
  createRobot(robot: ProjectRobotRequest): Promise<NewRobot>;
  /** Only administrators, and robot accounts of the system that have "robot: create" there, may. */
  createSystemRobot(robot: SystemRobotRequest): Promise<NewRobot>;
  /** Those of a project, or those of the system. */
  robots(project: string | undefined): Promise<readonly Robot[]>;
  /** undefined when there is none. */
  robot(id: number): Promise<Robot | undefined>;
  /** Gives a robot account a new secret, in place of the one that it has. Only users may. */
  renewRobotSecret(id: number): Promise<string>;
  deleteRobot(id: number): Promise<void>;
  /** REFERENCE_NOT_FOUND when there is none. */
  artifact(project: string, repository: string, reference: string): Promise<HarborArtifact>;
  /** Those tags of an artifact that a rule of the project makes immutable. */
  immutableTags(project: string, repository: string, reference: string): Promise<readonly string[]>;
  /** The repositories of a project. */
  repositories(project: string): AsyncIterable<string>;
  /** Last pushed first: what is tagged, or in no index. */
  artifacts(project: string, repository: string): AsyncIterable<ListedArtifact>;
  /** Last pushed first, at most `limit`. */
  recentArtifacts(project: string, repository: string, limit: number): Promise<readonly ListedArtifact[]>;
  accessories(project: string, repository: string, digest: Digest): Promise<readonly Accessory[]>;
  /** Asks for a scan; "already-running" on 409. SCAN_NO_SCANNER when no scanner can. */
  startScan(
    project: string,
    repository: string,
    digest: Digest,
    kind?: ScanKind,
  ): Promise<'started' | 'already-running'>;
  /** undefined when there is no report (Harbor answers `{}`): never a pass. */
  vulnerabilities(project: string, repository: string, digest: Digest): Promise<VulnerabilityReport | undefined>;
  /** The document of a bill of materials, by the digest of its own artifact; undefined when it is gone. */
  billOfMaterials(
    project: string,
    repository: string,
    sbomDigest: Digest,
  ): Promise<Readonly<Record<string, unknown>> | undefined>;
  deleteTag(project: string, repository: string, digest: Digest, tag: string): Promise<void>;
  /** Ensures a label of the project and puts it on an artifact. */
  labelArtifact(project: string, repository: string, digest: Digest, label: string): Promise<void>;
}
