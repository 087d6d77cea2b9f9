import { parseReference } from '@harbor-pilot/oci';

/** Where the rights of an account are of interest. */
export interface AccountPlace {
  readonly repository: string;
  /** For people. */
  readonly name: string;
}

/** The repository of the image, when it is of this host; else the project in the name of a robot account. */
export function placeOfAccount(
  { image, registry }: { readonly image: string | undefined; readonly registry: string | undefined },
  host: string,
  username: string,
): AccountPlace | undefined {
  const reference = image === undefined ? undefined : parseReference(image, registry ?? host);
  if (reference?.registry === host) return { repository: reference.repository, name: reference.repository };
  const [, project] = /^robot\$([a-z0-9._-]+)\+/.exec(username) ?? [];
  // Harbor's rights are those in the project, whatever the repository, and whether it exists or not.
  return project === undefined ? undefined : { repository: `${project}/any`, name: `the project ${project}` };
}
