import { authoritiesPem, type LayoutFile, type Site } from './site.ts';

/** A file of text. */
export interface TrustFile extends LayoutFile {
  readonly content: string;
}

/** Names of the files in a folder of one registry, as the engines know them. */
export const trustFileNames = { authorities: 'ca.crt', certificate: 'client.cert', key: 'client.key' } as const;

/**
 * What Docker, podman, buildah and skopeo read in their folder for a registry: containers-certs.d(5),
 * https://docs.docker.com/engine/security/certificates/
 */
export function trustFiles(folder: string, site: Site): readonly TrustFile[] {
  const { authorities, client } = site;
  const file = (name: keyof typeof trustFileNames, content: string, isSecret = false): TrustFile => ({
    path: `${folder}/${trustFileNames[name]}`,
    content,
    isSecret,
  });
  return [
    ...(authorities.length === 0 ? [] : [file('authorities', authoritiesPem(site))]),
    ...(client === undefined ? [] : [file('certificate', client.certificate), file('key', client.key, true)]),
  ];
}
