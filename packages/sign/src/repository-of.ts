import { parseReference } from '@harbor-pilot/oci';

/**
 * `registry/repository` of what was signed for: cosign signs whatever reference it is told to, also one with a tag or a digest. The port of https
 * is left out, for the registry is the same with it.
 */
export function repositoryOf(reference: string): string {
  try {
    const { registry, repository } = parseReference(reference);
    return `${registry.replace(/:443$/, '')}/${repository}`;
  } catch {
    return reference;
  }
}
