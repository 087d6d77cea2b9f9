import { randomUUID } from 'node:crypto';
import { asObject, Interrupted } from '@harbor-pilot/core';
import { scannerActions } from '../access/principal.ts';
import { type Harbor, timeOf } from '../harbor.ts';
import { isOn } from '../policy/setting.ts';
import { badRequest, conflict, internalError, precondition } from '../server/refusal.ts';
import type { Artifact } from '../store/artifacts.ts';
import type { Project } from '../store/projects.ts';
import { type Report, type ScanKind, scannedKey } from '../store/reports.ts';
import type { Scanner } from '../store/scanners.ts';
import { does, fetchReport, producedTypes, type ScannerMetadata, submitScan, takenBy } from './adapter-client.ts';
import { MetadataCache } from './metadata-cache.ts';
import { manifestsOf, scannedParts } from './results.ts';
import { removeSboms, storeSbom } from './sbom.ts';
import { reportMimeType } from './views.ts';

/** What an adapter says of the credentials that it wants for the registry: `Basic` or `Bearer`. */
const registryAuthorizationProperty = 'harbor.scanner-adapter/registry-authorization-type';
const deadlineMilliseconds = 600_000;
/** What scanners are asked for. */
const mimeTypes: Readonly<Record<ScanKind, string>> = {
  vulnerability: reportMimeType,
  sbom: 'application/vnd.security.sbom.report+json; version=1.0',
};
const sbomDocumentType = 'application/spdx+json';

/** Everything of the server but the scans themselves. */
export type ScanParts = Omit<Harbor, 'scanJobs'>;

interface Task {
  readonly report: string;
  readonly scanner: Scanner;
  readonly project: Project;
  readonly repository: string;
  readonly artifact: Artifact;
  readonly kind: ScanKind;
  /** The form in which the scanner delivers what it finds. */
  readonly accept: string;
  /** Digest of what was to be scanned: the artifact, or an index above it. */
  readonly asked: string;
  readonly tag: string | undefined;
}

/** Starts scans at scanner adapters, waits for their reports, and stops them. */
export class ScanJobs {
  readonly #harbor: ScanParts;
  readonly #metadata: MetadataCache;
  readonly #running = new Map<string, { readonly controller: AbortController; readonly done: Promise<void> }>();

  /** Scans that wait for the queue to go on; undefined while it does. */
  #held: (() => void)[] | undefined;

  constructor(harbor: ScanParts) {
    this.#harbor = harbor;
    this.#metadata = new MetadataCache(harbor.clock);
  }

  /** The scanner assigned to a project, otherwise the default one; undefined when there is none. It may be switched off. */
  scannerOf(project: Project): Scanner | undefined {
    const assigned = project.scanner === null ? undefined : this.#harbor.scanners.byId(project.scanner);
    return assigned ?? this.#harbor.scanners.default();
  }

  /** Asks all scanners anew what they say about themselves. */
  forgetMetadata(): void {
    this.#metadata.clear();
  }

  /** What a scanner says about itself; undefined while it cannot be reached. */
  metadataOf(scanner: Scanner): Promise<ScannerMetadata | undefined> {
    return this.#metadata.of(scanner);
  }

  /** Tells what a scanner that can be reached now takes: images, and indexes of images. */
  async scannable(scanner: Scanner): Promise<(artifact: Artifact) => boolean> {
    const isTaken = takenBy(await this.#metadata.of(scanner));
    const isAccessory = ({ id }: Artifact): boolean => this.#harbor.accessories.ofArtifact(id) !== undefined;
    return (artifact) =>
      !isAccessory(artifact) && manifestsOf(this.#harbor, artifact).some((one) => isTaken(one) && !isAccessory(one));
  }

  /** In which forms a scanner delivers the vulnerabilities that it finds; the usual one while it cannot be reached. */
  async reportTypes(scanner: Scanner): Promise<readonly string[]> {
    const metadata = await this.#metadata.of(scanner);
    const capabilities = metadata?.capabilities.filter(({ type }) => does(type, 'vulnerability'));
    return capabilities?.flatMap(({ produces_mime_types }) => produces_mime_types) ?? [reportMimeType];
  }

  /** Whether there can be a report about an artifact; undefined while the scanner cannot be reached. */
  async canReport(scanner: Scanner, artifact: Artifact): Promise<boolean | undefined> {
    const metadata = await this.#metadata.of(scanner);
    return metadata && scannedParts(this.#harbor, artifact).some(takenBy(metadata));
  }

  /**
   * Starts a scan of an artifact, or of the images of an index that are not being scanned yet.
   * @param tag under which the artifact was asked for.
   * @throws Refusal 400 when the scanner does not scan such artifacts, 409 while all is being scanned, 412 without a
   *   scanner, 500 when the scanner does not do this kind of scan.
   */
  async start(project: Project, repository: string, artifact: Artifact, kind: ScanKind, tag?: string): Promise<void> {
    const scanner = this.scannerOf(project);
    if (scanner === undefined) throw precondition(`no available scanner for project: ${project.id}`);
    if (scanner.isDisabled === 1) throw precondition(`scanner ${scanner.name} is deactivated`);
    const metadata = await this.#metadata.of(scanner);
    const parts = scannedParts(this.#harbor, artifact).filter(takenBy(metadata));
    if (metadata === undefined || parts.length === 0) {
      const type = artifact.manifestMediaType;
      throw badRequest(
        `the configured scanner ${scanner.name} does not support scanning artifact with mime type ${type}`,
      );
    }
    const free = parts.filter((part) => this.#unfinished(scanner, part, kind) === undefined);
    const [busy] = parts.flatMap((part) => this.#unfinished(scanner, part, kind) ?? []);
    if (free.length === 0) {
      throw conflict(
        kind === 'sbom' ? 'a previous sbom generate process is running' : `a previous scan process is ${busy?.status}`,
      );
    }
    const tasks = free.flatMap((part): Task[] => {
      const types = producedTypes(metadata, part.manifestMediaType, kind);
      const accept = types.find((type) => type === mimeTypes[kind]) ?? types[0];
      if (accept === undefined) return [];
      const asked = { asked: artifact.digest, tag: part.id === artifact.id ? tag : undefined };
      return [{ report: randomUUID(), scanner, project, repository, artifact: part, kind, accept, ...asked }];
    });
    if (tasks.length === 0) throw internalError();
    const begin = (): void => {
      for (const task of tasks) this.#begin(task);
    };
    if (this.#held === undefined) begin();
    else this.#held.push(begin);
  }

  /** Keeps scans back, or begins those that were kept back. */
  hold(isHeld: boolean): void {
    const held = this.#held ?? [];
    this.#held = isHeld ? held : undefined;
    if (!isHeld) for (const begin of held) begin();
  }

  /**
   * Stops the scan that was asked for of an artifact.
   * @throws Refusal 400 when there was none.
   */
  stop(artifact: Artifact, kind: ScanKind): void {
    const reports = this.#harbor.reports.askedFor(artifact.digest, kind);
    if (reports.length === 0) throw badRequest(`no scan job for artifact digest=${artifact.digest}`);
    for (const { uuid } of reports) {
      this.#harbor.reports.end(uuid, 'Stopped', this.#second(), 'the scan was stopped');
      this.#running.get(uuid)?.controller.abort(new Interrupted('SIGTERM'));
    }
  }

  /** Starts the scans that a project wants for everything that is pushed. What cannot be scanned is left alone. */
  onPush(project: Project, repository: string, artifact: Artifact): void {
    if (this.#harbor.accessories.ofArtifact(artifact.id) !== undefined) return;
    const wanted: [string | undefined, ScanKind][] = [
      [project.metadata.auto_scan, 'vulnerability'],
      [project.metadata.auto_sbom_generation, 'sbom'],
    ];
    for (const [setting, kind] of wanted) {
      if (isOn(setting)) this.start(project, repository, artifact, kind).catch(() => {});
    }
  }

  /** Ends all scans. */
  async close(): Promise<void> {
    const running = [...this.#running.values()];
    for (const { controller } of running) controller.abort(new Interrupted('SIGTERM'));
    await Promise.all(running.map(({ done }) => done));
  }

  #begin(task: Task): void {
    const { report, artifact, scanner, kind, asked } = task;
    if (kind === 'sbom') removeSboms(this.#harbor, artifact);
    const digest = scannedKey(artifact, kind);
    this.#harbor.reports.begin({ uuid: report, digest, scanner: scanner.uuid, kind }, artifact.id, asked);
    const controller = new AbortController();
    const done = this.#run(task, AbortSignal.any([controller.signal, AbortSignal.timeout(deadlineMilliseconds)]))
      .then(
        (content) => this.#harbor.reports.end(report, 'Success', this.#second(), 'the scan has succeeded', content),
        (error: unknown) => this.#harbor.reports.end(report, 'Error', this.#second(), String(error)),
      )
      .finally(() => this.#running.delete(report));
    this.#running.set(report, { controller, done });
  }

  /** The time of now; scans are dated to the second. */
  #second(): string {
    return `${timeOf(this.#harbor).slice(0, 19)}.000Z`;
  }

  #unfinished(scanner: Scanner, part: Artifact, kind: ScanKind): Report | undefined {
    const report = this.#harbor.reports.find(scannedKey(part, kind), scanner.uuid, kind);
    return report !== undefined && isUnfinished(report) ? report : undefined;
  }

  async #run(task: Task, signal: AbortSignal): Promise<unknown> {
    const { scanner, artifact, kind, accept } = task;
    const query = kind === 'sbom' ? `?sbom_media_type=${encodeURIComponent(sbomDocumentType)}` : '';
    const credentials = this.#harbor.authenticator.lendToScanner(task.repository, scanner.name);
    try {
      const authorization = await this.#authorizationOf(task, credentials);
      const id = await submitScan(scanner, this.#request(task, authorization), signal);
      this.#harbor.reports.setRunning(task.report, this.#second());
      for (;;) {
        const answer = await fetchReport(scanner, id, query, accept, signal);
        if (answer.isReady)
          return kind === 'sbom'
            ? await storeSbom(this.#harbor, { ...task, subject: artifact }, answer.content)
            : answer.content;
        await this.#harbor.clock.sleep(answer.retrySeconds * 1000, signal);
      }
    } finally {
      credentials.takeBack();
    }
  }

  /** A scanner gets credentials, or the token for them if it says so: only with a token may it read what policies keep back. */
  async #authorizationOf(
    { scanner, repository }: Task,
    credentials: { readonly username: string; readonly authorization: string },
  ): Promise<string> {
    const metadata = await this.#metadata.of(scanner);
    if (asObject(metadata?.properties)?.[registryAuthorizationProperty] !== 'Bearer') return credentials.authorization;
    const access = [{ type: 'repository', name: repository, actions: scannerActions }];
    const lifetimeMinutes = this.#harbor.configuration.values.token_expiration;
    return `Bearer ${await this.#harbor.tokens.issue(credentials.username, access, lifetimeMinutes)}`;
  }

  #request(task: Task, authorization: string): object {
    const { artifact, kind } = task;
    const tag = task.tag ?? this.#harbor.tags.ofArtifact(artifact.id)[0]?.name;
    return {
      registry: { url: this.#harbor.externalUrl, authorization, insecure: false },
      artifact: {
        repository: task.repository,
        digest: artifact.digest,
        ...(tag === undefined ? {} : { tag }),
        mime_type: artifact.manifestMediaType,
        size: artifact.sizeBytes,
      },
      enabled_capabilities: [
        {
          type: kind,
          produces_mime_types: [mimeTypes[kind]],
          parameters: kind === 'sbom' ? { sbom_media_types: [sbomDocumentType] } : null,
        },
      ],
    };
  }
}

const isUnfinished = ({ status }: Report): boolean => status === 'Pending' || status === 'Running';
