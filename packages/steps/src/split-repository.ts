/**
 * Project and name, as Harbor's API wants them; the project is empty where there is none.
 * @param path `project/name`; the name may have slashes of its own.
 */
export function splitRepository(path: string): { readonly project: string; readonly repository: string } {
  const slash = path.indexOf('/');
  return { project: path.slice(0, Math.max(slash, 0)), repository: path.slice(slash + 1) };
}
