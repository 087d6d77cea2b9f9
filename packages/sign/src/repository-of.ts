import { parseReference } from '@harbor-pilot/oci';

/** `registry/repository` of what was signed for: cosign signs whatever reference it is told to, also one with a tag or a digest. */
export function repositoryOf(reference: string): string {
  try {
    const { registry, repository } = parseReference(reference);
    return `${registry}/${repository}`;
  } catch {
    return reference;
  }
}
