import type { Database } from './database.ts';
import { zeroTime } from './times.ts';

/** What is scanned for. */
export type ScanKind = 'vulnerability' | 'sbom';

/** How far a scan is, in Harbor's words. */
export type ScanStatus = 'Pending' | 'Running' | 'Success' | 'Error' | 'Stopped';

/** One scan of one manifest by one scanner; a later scan replaces it. */
export interface Report {
  readonly uuid: string;
  /** What was scanned, see {@link scannedKey}. */
  readonly digest: string;
  /** The scanner registration. */
  readonly scanner: string;
  readonly kind: ScanKind;
  readonly status: ScanStatus;
  readonly startedAt: string;
  readonly endedAt: string;
  /** What the adapter delivered, once the scan succeeded; for an SBOM, its digest. */
  readonly content: unknown;
  readonly log: string;
}

/** Vulnerabilities are those of content, in whatever repository; a bill of materials belongs to one artifact. */
export function scannedKey(artifact: { readonly id: number; readonly digest: string }, kind: ScanKind): string {
  return kind === 'sbom' ? String(artifact.id) : artifact.digest;
}

interface ReportRow extends Omit<Report, 'content'> {
  readonly content: string | null;
}

const reportOf = (row: ReportRow): Report => ({
  ...row,
  content: row.content === null ? undefined : JSON.parse(row.content),
});

/** Reports by content and scanner. */
export class Reports {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find(digest: string, scanner: string, kind: ScanKind): Report | undefined {
    const sql = 'SELECT * FROM reports WHERE digest = ? AND scanner = ? AND kind = ?';
    const row = this.#database.one<ReportRow>(sql, digest, scanner, kind);
    return row && reportOf(row);
  }

  byId(uuid: string): Report | undefined {
    const row = this.#database.one<ReportRow>('SELECT * FROM reports WHERE uuid = ?', uuid);
    return row && reportOf(row);
  }

  /** The artifact whose scan a report is of; undefined when there is no such report. */
  artifactOf(uuid: string): number | undefined {
    return this.#database.one<{ artifactId: number }>('SELECT artifactId FROM scans WHERE report = ?', uuid)
      ?.artifactId;
  }

  /** The reports of a scan that was asked for of a manifest or an index. */
  askedFor(digest: string, kind: ScanKind): Report[] {
    const sql = 'SELECT reports.* FROM scans JOIN reports ON uuid = report WHERE asked = ? AND kind = ?';
    return this.#database.all<ReportRow>(sql, digest, kind).map(reportOf);
  }

  /**
   * Begins a report in place of an earlier one of the same content, scanner and kind.
   * @param asked digest of what was to be scanned: the artifact, or an index above it.
   */
  begin(report: Pick<Report, 'uuid' | 'digest' | 'scanner' | 'kind'>, artifactId: number, asked: string): void {
    this.#database.run(
      'INSERT OR REPLACE INTO reports (uuid, digest, scanner, kind, status, startedAt, endedAt, content, log) VALUES (?,?,?,?,?,?,?,?,?)',
      report.uuid,
      report.digest,
      report.scanner,
      report.kind,
      'Pending',
      zeroTime,
      zeroTime,
      null,
      '',
    );
    this.#database.insert('scans', { report: report.uuid, artifactId, asked });
  }

  setRunning(uuid: string, startedAt: string): void {
    const sql = "UPDATE reports SET status = 'Running', startedAt = ? WHERE uuid = ? AND status = 'Pending'";
    this.#database.run(sql, startedAt, uuid);
  }

  /** Ends a scan; one that never ran counts as started in that moment. */
  end(uuid: string, status: ScanStatus, endedAt: string, log: string, content?: unknown): void {
    this.#database.run(
      "UPDATE reports SET status = ?1, startedAt = iif(startedAt = ?2, ?3, startedAt), endedAt = ?3, log = ?4, content = ?5 WHERE uuid = ?6 AND status IN ('Pending', 'Running')",
      status,
      zeroTime,
      endedAt,
      log,
      content === undefined ? null : JSON.stringify(content),
      uuid,
    );
  }

  /** Scans that were under way when the server ended can never finish. */
  failUnfinished(now: string): void {
    const sql =
      "UPDATE reports SET status = 'Error', startedAt = iif(startedAt = ?1, ?2, startedAt), endedAt = ?2, log = ?3 WHERE status IN ('Pending', 'Running')";
    this.#database.run(sql, zeroTime, now, 'the server was stopped during the scan');
  }

  /**
   * Forgets the scans of an artifact that is deleted, or whose index is. A report that another artifact of the same content
   * still has is left, but once it is made it counts as failed: Harbor has lost the task that made it.
   */
  forget(artifact: { readonly id: number; readonly digest: string }): void {
    const { id, digest } = artifact;
    const remove = 'DELETE FROM reports WHERE kind = ? AND digest = ?';
    if (this.#database.one('SELECT 1 FROM artifacts WHERE digest = ?', digest) === undefined)
      this.#database.run(remove, 'vulnerability', digest);
    if (this.#database.one('SELECT 1 FROM artifacts WHERE id = ?', id) === undefined)
      this.#database.run(remove, 'sbom', String(id));
    const lost =
      "SELECT uuid FROM scans JOIN reports ON uuid = report WHERE artifactId = ? AND kind = 'vulnerability' AND status NOT IN ('Pending', 'Running')";
    for (const { uuid } of this.#database.all<{ uuid: string }>(lost, id)) {
      const sql = "UPDATE reports SET status = 'Error', startedAt = ?1, endedAt = ?1 WHERE uuid = ?2";
      this.#database.run(sql, zeroTime, uuid);
      this.#database.run('DELETE FROM scans WHERE report = ?', uuid);
    }
  }

  deleteOf(scanner: string): void {
    this.#database.run('DELETE FROM reports WHERE scanner = ?', scanner);
  }

  delete(uuid: string): void {
    this.#database.run('DELETE FROM reports WHERE uuid = ?', uuid);
  }
}
