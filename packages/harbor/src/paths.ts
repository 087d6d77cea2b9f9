/** Path of a project. */
export function projectPath(project: string): string {
  return `/projects/${encodeURIComponent(project)}`;
}

/** Path of a repository. It is encoded twice: the proxy before Harbor decodes once (`team%252Fapp`). */
export function repositoryPath(project: string, repository: string): string {
  return `${projectPath(project)}/repositories/${encodeURIComponent(encodeURIComponent(repository))}`;
}

/** Path of an artifact. */
export function artifactPath(project: string, repository: string, reference: string): string {
  return `${repositoryPath(project, repository)}/artifacts/${encodeURIComponent(reference)}`;
}
