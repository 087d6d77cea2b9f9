import { type Clock, PilotError } from '@harbor-pilot/core';
import type {
  Harbor,
  HarborArtifact,
  ProjectScanner,
  SbomOverview,
  Vulnerability,
  VulnerabilityReport,
} from '@harbor-pilot/harbor';
import { type Digest, digestOf, mediaTypes } from '@harbor-pilot/oci';

export const imageDigest = digestOf('an image');

export const healthyScanner: ProjectScanner = { uuid: 'u', name: 'Trivy', isDisabled: false, isHealthy: true };

/** Time that passes only when somebody sleeps. */
export function fakeClock(): Clock & { readonly pausesSeconds: number[] } {
  let milliseconds = 1_000_000;
  const pausesSeconds: number[] = [];
  return {
    pausesSeconds,
    now: () => new Date(milliseconds),
    sleep: async (length, signal) => {
      signal?.throwIfAborted();
      pausesSeconds.push(length / 1000);
      milliseconds += length;
    },
  };
}

/** One state after the other; the last one stays. */
export type Script = readonly (Seen | PilotError)[];

/** What a look shows; of an image that can be scanned unless it says otherwise. */
export interface Seen extends Partial<SbomOverview> {
  readonly isScannable?: boolean;
}

export interface FakeArtifact {
  /** States that `artifact` shows, one a call, until a scan is asked for. */
  readonly states?: Script;
  /** States after the first, second… `startScan`, one a call. */
  readonly afterStart?: readonly Script[];
  /** Answers to `startScan`, one a call; the last one stays. */
  readonly start?: readonly ('started' | 'already-running' | PilotError)[];
  readonly children?: readonly Digest[];
  /** What Harbor calls the children by. */
  readonly platforms?: ReadonlyMap<Digest, string>;
  readonly mediaType?: string;
  /** The digest that Harbor tells, when it is not the one asked for. */
  readonly tells?: Digest;
  /** Reports, one a call; the last one stays. */
  readonly reports?: readonly (VulnerabilityReport | PilotError | undefined)[];
}

/** Answers to `projectScanner`, one a call; the last one stays. */
export type FakeScanner = readonly (ProjectScanner | PilotError | undefined)[];

export interface FakeHarbor {
  readonly harbor: Harbor;
  readonly started: Digest[];
  readonly looked: Digest[];
  /** All requests: `look`, `start`, `read`, `scanner`. */
  readonly requests: string[];
}

/** A Harbor that plays scripts, by digest. Only what the gate asks for is there. */
export function fakeHarbor(
  artifacts: Readonly<Record<string, FakeArtifact>>,
  scanner: FakeScanner = [healthyScanner],
): FakeHarbor {
  const started: Digest[] = [];
  const looked: Digest[] = [];
  const requests: string[] = [];
  const played = new Map<string, number>();
  const play = <T>(key: string, script: readonly T[]): T | undefined => {
    const place = played.get(key) ?? 0;
    played.set(key, place + 1);
    return script[Math.min(place, script.length - 1)];
  };
  const find = (digest: string): FakeArtifact => {
    const artifact = artifacts[digest];
    if (artifact === undefined) throw new PilotError('REFERENCE_NOT_FOUND', `no ${digest}`);
    return artifact;
  };
  const harbor = {
    artifact: async (_project: string, _repository: string, reference: string): Promise<HarborArtifact> => {
      const artifact = find(reference);
      const starts = started.filter((digest) => digest === reference).length;
      const script = starts === 0 ? artifact.states : artifact.afterStart?.[starts - 1];
      const state = play(`${reference} state ${starts}`, script ?? [{ status: 'absent' }]);
      looked.push(reference as Digest);
      requests.push('look');
      if (state instanceof PilotError) throw state;
      return {
        digest: artifact.tells ?? (reference as Digest),
        mediaType: artifact.mediaType ?? mediaTypes.ociManifest,
        sizeBytes: 1000,
        tags: [],
        labels: [],
        children: artifact.children ?? [],
        platforms: artifact.platforms ?? new Map(),
        accessories: [],
        scan: { status: 'absent', ...state },
        sbom: { status: 'absent', ...state },
        isScannable: state?.isScannable ?? true,
      };
    },
    startScan: async (_project: string, _repository: string, digest: Digest) => {
      requests.push('start');
      const answer = play(`${digest} start`, find(digest).start ?? (['started'] as const));
      if (answer instanceof PilotError) throw answer;
      started.push(digest);
      return answer ?? 'started';
    },
    vulnerabilities: async (_project: string, _repository: string, digest: Digest) => {
      requests.push('read');
      const answer = play(`${digest} report`, find(digest).reports ?? [report([])]);
      if (answer instanceof PilotError) throw answer;
      return answer;
    },
    billOfMaterials: async (_project: string, _repository: string, digest: Digest) => {
      requests.push('read');
      return { spdxVersion: 'SPDX-2.3', name: digest };
    },
    projectScanner: async () => {
      requests.push('scanner');
      const answer = play('scanner', scanner);
      if (answer instanceof PilotError) throw answer;
      return answer;
    },
  } satisfies Partial<Harbor>;
  return { harbor: harbor as unknown as Harbor, started, looked, requests };
}

export function report(vulnerabilities: readonly Vulnerability[]): VulnerabilityReport {
  return { scanner: { name: 'Trivy', version: 'v0.68.2' }, vulnerabilities };
}

export function vulnerability(fields: Partial<Vulnerability> = {}): Vulnerability {
  return {
    id: 'CVE-2099-0001',
    package: 'openssl',
    version: '1.1.1k',
    severity: 'High',
    links: [],
    cwes: [],
    artifactDigests: [],
    ...fields,
  };
}
