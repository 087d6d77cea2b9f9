import type { Harbor } from '../harbor.ts';
import { precondition } from '../server/refusal.ts';
import type { Artifact } from '../store/artifacts.ts';
import type { ImmutableRule, Selector } from '../store/immutable-rules.ts';
import type { Repository } from '../store/repositories.ts';
import { matchesGlob } from './glob.ts';

type Rules = Pick<Harbor, 'immutableRules' | 'tags' | 'accessories' | 'artifacts'>;

/** Whether a rule of the project makes a tag of a repository immutable. A rule that cannot be read ends the search. */
export function isImmutable(harbor: Rules, projectId: number, repository: string, tag: string): boolean {
  const path = repository.slice(repository.indexOf('/') + 1);
  for (const rule of harbor.immutableRules.ofProject(projectId)) {
    const isMatch = applies(rule, path, tag);
    if (isMatch !== false) return isMatch ?? false;
  }
  return false;
}

/** Harbor looks at the first selector of each kind only. Undefined for a rule that cannot be read. */
function applies(rule: ImmutableRule, path: string, tag: string): boolean | undefined {
  const [repositories] = rule.scopeSelectors.repository ?? [];
  const [tags] = rule.tagSelectors;
  if (rule.isDisabled === 1 || tags === undefined || repositories === undefined) return false;
  const texts = { tag, path, namespace: '' };
  return selects(repositories, texts) && selects(tags, texts);
}

/** What a selector looks at, and whether it wants or avoids it. Harbor fills in no namespace here. */
const decorations: Readonly<Record<string, { readonly text: 'tag' | 'path' | 'namespace'; readonly avoids: boolean }>> =
  {
    matches: { text: 'tag', avoids: false },
    excludes: { text: 'tag', avoids: true },
    repoMatches: { text: 'path', avoids: false },
    repoExcludes: { text: 'path', avoids: true },
    nsMatches: { text: 'namespace', avoids: false },
    nsExcludes: { text: 'namespace', avoids: true },
  };

function selects(selector: Selector, texts: Readonly<Record<string, string>>): boolean | undefined {
  const decoration = selector.kind === 'doublestar' ? decorations[selector.decoration] : undefined;
  if (decoration === undefined) return undefined;
  const text = texts[decoration.text] ?? '';
  if (text === '') return false;
  const isMatch = matchesGlob(selector.pattern, text);
  return isMatch === undefined ? undefined : isMatch !== decoration.avoids;
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
