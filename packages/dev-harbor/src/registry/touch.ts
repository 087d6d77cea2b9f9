import { type Harbor, timeOf } from '../harbor.ts';

/** Remembers when something in a repository was made, moved or deleted; early versions do that for pulls only. */
export function touchRepository(
  harbor: Pick<Harbor, 'version' | 'clock' | 'repositories'>,
  repositoryId: number,
): void {
  if (harbor.version.datesRepositories) harbor.repositories.touch(repositoryId, timeOf(harbor));
}
