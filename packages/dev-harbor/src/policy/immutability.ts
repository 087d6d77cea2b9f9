import type { Harbor } from '../harbor.ts';
import { precondition } from '../server/refusal.ts';
import type { Artifact } from '../store/artifacts.ts';
import type { ImmutableRule, Selector } from '../store/immutable-rules.ts';
import type { Repository } from '../store/repositories.ts';
import { matchesGlob } from './glob.ts';

type Rules = Pick<Harbor, 'immutableRules' | 'tags' | 'accessories' | 'artifacts'>;

/** Whether a rule of the project makes a tag of a repository immutable. */
export function isImmutable(harbor: Rules, projectId: number, repository: string, tag: string): boolean {
  const path = repository.slice(repository.indexOf('/') + 1);
  return harbor.immutableRules.ofProject(projectId).some((rule) => applies(rule, path, tag));
}

/** Harbor looks at the first selector of each kind only. */
function applies(rule: ImmutableRule, path: string, tag: string): boolean {
  const [repositories] = rule.scopeSelectors.repository ?? [];
  const [tags] = rule.tagSelectors;
  if (rule.isDisabled === 1 || tags === undefined || repositories === undefined) return false;
  return selects(repositories, path) && selects(tags, tag);
}

/** A selector of another kind, or that says something else, selects nothing. */
function selects({ kind, decoration, pattern }: Selector, text: string): boolean {
  const [, word] = /^(?:repo)?(matches|excludes)$/i.exec(decoration) ?? [];
  if (kind !== 'doublestar' || word === undefined) return false;
  return matchesGlob(pattern, text) !== (word.toLowerCase() === 'excludes');
}

/**
 * Refuses a push to an immutable tag that exists, even of the same content.
 * @throws Refusal 412.
 */
export function requireMovable(harbor: Rules, repository: Repository | undefined, tag: string): void {
  if (repository === undefined || harbor.tags.byName(repository.id, tag) === undefined) return;
  if (!isImmutable(harbor, repository.projectId, repository.name, tag)) return;
  const path = repository.name.slice(repository.name.indexOf('/') + 1);
  throw precondition(`Failed to process request due to '${path}:${tag}' configured as immutable.`);
}

/**
 * Refuses to put a tag that exists and is immutable on something else, other than by a push.
 * @throws Refusal 412.
 */
export function requireFreeTag(harbor: Rules, repository: Repository, tag: string): void {
  const exists = harbor.tags.byName(repository.id, tag) !== undefined;
  if (exists && isImmutable(harbor, repository.projectId, repository.name, tag)) {
    throw precondition(`the tag ${tag} configured as immutable, cannot be updated`);
  }
}

/**
 * Refuses to delete a tag that is immutable.
 * @throws Refusal 412.
 */
export function requireDeletable(harbor: Rules, repository: Repository, tag: string): void {
  if (isImmutable(harbor, repository.projectId, repository.name, tag)) {
    throw precondition(`the tag ${tag} configured as immutable, cannot be deleted`);
  }
}

/**
 * Refuses to delete an artifact with an immutable tag.
 * @throws Refusal 412.
 */
export function requireTagsDeletable(harbor: Rules, repository: Repository, artifact: Artifact): void {
  for (const tag of harbor.tags.ofArtifact(artifact.id)) requireDeletable(harbor, repository, tag.name);
}
