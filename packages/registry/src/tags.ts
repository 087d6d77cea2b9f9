import { asArray, asObject } from '@harbor-pilot/core';
import { repositoryPath } from './names.ts';
import { pages } from './pages.ts';
import type { Session } from './session.ts';

/** All tags of a repository, each once. */
export async function* listTags(session: Session, repository: string): AsyncGenerator<string> {
  const seen = new Set<string>();
  const ask = (target: string | URL) =>
    session.send({ method: 'GET', target, what: `list the tags of ${repository}`, expect: [200], repository });
  for await (const page of pages(`${repositoryPath(repository)}/tags/list?n=100`, session, ask)) {
    const before = seen.size;
    for (const tag of asArray(asObject(await page.json())?.tags)) {
      if (typeof tag !== 'string' || seen.has(tag)) continue;
      seen.add(tag);
      yield tag;
    }
    // Registries without paging give the whole list again and again.
    if (seen.size === before) return;
  }
}
