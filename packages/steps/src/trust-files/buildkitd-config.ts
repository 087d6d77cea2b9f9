import { type BuildkitSite, buildkitRegistry } from '@harbor-pilot/certificates';

/**
 * The text of `buildkitd.toml` for some registries, and for those that an earlier login wrote there.
 * @param earlier what is in the file.
 * @param folderOf absolute, where the files of a registry are.
 */
export function buildkitdConfig(
  sites: readonly BuildkitSite[],
  folderOf: (host: string) => string,
  earlier: string,
): string {
  const kept = earlier
    .split(/^(?=\[)/m)
    .filter((part) => part !== '' && !sites.some(({ host }) => isAbout(part, host)));
  return [...kept, ...sites.map((site) => buildkitRegistry(site, folderOf(site.host)))].join('');
}

function isAbout(part: string, host: string): boolean {
  return part.startsWith(`[registry.${JSON.stringify(host)}]`);
}
