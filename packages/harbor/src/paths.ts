/** Path of a project. */
export function projectPath(project: string): string {
  return `/projects/${encodeURIComponent(project)}`;
}

/** Path of an artifact. Repositories are encoded twice: the proxy before Harbor decodes once (`team%252Fapp`). */
export function artifactPath(project: string, repository: string, reference: string): string {
  const name = encodeURIComponent(encodeURIComponent(repository));
  return `${projectPath(project)}/repositories/${name}/artifacts/${encodeURIComponent(reference)}`;
}
