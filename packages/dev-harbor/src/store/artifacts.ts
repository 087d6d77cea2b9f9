import type { Database } from './database.ts';
import { zeroTime } from './times.ts';

/** Harbor's record of one manifest in one repository. */
export interface Artifact {
  readonly id: number;
  readonly repositoryId: number;
  readonly digest: string;
  readonly type: string;
  readonly mediaType: string;
  readonly manifestMediaType: string;
  /** Empty for an index that names none. */
  readonly artifactType: string;
  /** The manifest and everything it refers to. */
  readonly sizeBytes: number;
  readonly annotations: Readonly<Record<string, string>>;
  /** What is shown of the image's configuration. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The digest the manifest refers to. */
  readonly subject: string | null;
  readonly pushedAt: string;
  readonly pulledAt: string;
}

/** A child of an index. */
export interface Child {
  readonly parentId: number;
  readonly childId: number;
  readonly digest: string;
  readonly platform: unknown;
  readonly annotations: unknown;
  readonly urls: unknown;
}

interface ArtifactRow extends Omit<Artifact, 'annotations' | 'attributes'> {
  readonly annotations: string;
  readonly attributes: string;
}

interface ChildRow extends Omit<Child, 'platform' | 'annotations' | 'urls'> {
  readonly platform: string;
  readonly annotations: string;
  readonly urls: string;
}

const artifactOf = (row: ArtifactRow): Artifact => ({
  ...row,
  annotations: JSON.parse(row.annotations),
  attributes: JSON.parse(row.attributes),
});

/** Artifacts, and the children of indexes. */
export class Artifacts {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  ofRepository(repositoryId: number): Artifact[] {
    return this.#many('SELECT * FROM artifacts WHERE repositoryId = ? ORDER BY id DESC', repositoryId);
  }

  byId(id: number): Artifact | undefined {
    return this.#many('SELECT * FROM artifacts WHERE id = ?', id)[0];
  }

  byDigest(repositoryId: number, digest: string): Artifact | undefined {
    return this.#many('SELECT * FROM artifacts WHERE repositoryId = ? AND digest = ?', repositoryId, digest)[0];
  }

  byTag(repositoryId: number, tag: string): Artifact | undefined {
    const sql =
      'SELECT artifacts.* FROM tags JOIN artifacts ON artifacts.id = artifactId WHERE tags.repositoryId = ? AND name = ?';
    return this.#many(sql, repositoryId, tag)[0];
  }

  /** How many artifacts a repository shows: neither accessories nor untagged children. */
  count(repositoryId: number): number {
    const sql = `SELECT count(*) AS count FROM artifacts WHERE repositoryId = ?
      AND id NOT IN (SELECT artifactId FROM accessories)
      AND (id NOT IN (SELECT childId FROM children) OR id IN (SELECT artifactId FROM tags))`;
    return this.#database.one<{ count: number }>(sql, repositoryId)?.count ?? 0;
  }

  create(artifact: Omit<Artifact, 'id' | 'pulledAt'>, blobs: readonly string[]): number {
    const id = this.#database.insert('artifacts', {
      ...artifact,
      annotations: JSON.stringify(artifact.annotations),
      attributes: JSON.stringify(artifact.attributes),
      pulledAt: zeroTime,
    });
    for (const digest of new Set(blobs)) this.#database.insert('artifactBlobs', { artifactId: id, digest });
    return id;
  }

  touch(id: number, now: string): void {
    this.#database.update('artifacts', id, { pulledAt: now });
  }

  /** Notes a pull of the indexes that an artifact is a child of. */
  touchParents(id: number, now: string): void {
    const sql = 'UPDATE artifacts SET pulledAt = ? WHERE id IN (SELECT parentId FROM children WHERE childId = ?)';
    this.#database.run(sql, now, id);
  }

  delete(id: number): void {
    this.#database.run('DELETE FROM artifacts WHERE id = ?', id);
  }

  blobsOf(id: number): string[] {
    const rows = this.#database.all<{ digest: string }>('SELECT digest FROM artifactBlobs WHERE artifactId = ?', id);
    return rows.map(({ digest }) => digest);
  }

  addChild(child: Omit<Child, 'digest'>): void {
    this.#database.insert('children', {
      parentId: child.parentId,
      childId: child.childId,
      platform: JSON.stringify(child.platform ?? null),
      annotations: JSON.stringify(child.annotations ?? null),
      urls: JSON.stringify(child.urls ?? null),
    });
  }

  children(parentId: number): Child[] {
    const sql =
      'SELECT children.*, digest FROM children JOIN artifacts ON artifacts.id = childId WHERE parentId = ? ORDER BY children.rowid';
    return this.#database.all<ChildRow>(sql, parentId).map((row) => ({
      ...row,
      platform: JSON.parse(row.platform),
      annotations: JSON.parse(row.annotations),
      urls: JSON.parse(row.urls),
    }));
  }

  isChild(id: number): boolean {
    return this.#database.one('SELECT 1 FROM children WHERE childId = ?', id) !== undefined;
  }

  #many(sql: string, ...values: (string | number)[]): Artifact[] {
    return this.#database.all<ArtifactRow>(sql, ...values).map(artifactOf);
  }
}
