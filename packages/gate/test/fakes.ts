import { type Clock, PilotError } from '@harbor-pilot/core';
import type { Harbor, HarborArtifact, ScanOverview, Vulnerability, VulnerabilityReport } from '@harbor-pilot/harbor';
import { type Digest, digestOf, mediaTypes } from '@harbor-pilot/oci';

export const imageDigest = digestOf('an image');

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
export type Script = readonly (Partial<ScanOverview> | PilotError)[];

export interface FakeArtifact {
  /** States that `artifact` shows, one a call, until a scan is asked for. */
  readonly states?: Script;
  /** States after the first, second… `startScan`, one a call. */
  readonly afterStart?: readonly Script[];
  readonly start?: 'started' | 'already-running' | PilotError;
  readonly children?: readonly Digest[];
  readonly mediaType?: string;
  /** The digest that Harbor tells, when it is not the one asked for. */
  readonly tells?: Digest;
  /** Reports, one a call; the last one stays. */
  readonly reports?: readonly (VulnerabilityReport | undefined)[];
}

export interface FakeHarbor {
  readonly harbor: Harbor;
  readonly started: Digest[];
  readonly looked: Digest[];
}

/** A Harbor that plays scripts, by digest. Only what the gate asks for is there. */
export function fakeHarbor(artifacts: Readonly<Record<string, FakeArtifact>>): FakeHarbor {
  const started: Digest[] = [];
  const looked: Digest[] = [];
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
      if (state instanceof PilotError) throw state;
      return {
        digest: artifact.tells ?? (reference as Digest),
        mediaType: artifact.mediaType ?? mediaTypes.ociManifest,
        sizeBytes: 1000,
        tags: [],
        labels: [],
        children: artifact.children ?? [],
        scan: { status: 'absent', ...state },
      };
    },
    startScan: async (_project: string, _repository: string, digest: Digest) => {
      const { start = 'started' } = find(digest);
      if (start instanceof PilotError) throw start;
      started.push(digest);
      return start;
    },
    vulnerabilities: async (_project: string, _repository: string, digest: Digest) =>
      play(`${digest} report`, find(digest).reports ?? [report([])]),
  } satisfies Partial<Harbor>;
  return { harbor: harbor as unknown as Harbor, started, looked };
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
    artifactDigests: [],
    ...fields,
  };
}
