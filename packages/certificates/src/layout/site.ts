import type { X509Certificate } from 'node:crypto';

/** A registry that something is to trust. */
export interface Site {
  /** Host of the registry, with its port where that is not 443. */
  readonly host: string;
  readonly authorities: readonly X509Certificate[];
  /** For a registry that wants to know its clients; PEM. */
  readonly client?: { readonly certificate: string; readonly key: string };
  /** Of the trust store of Java. */
  readonly storePassword?: string;
}

/** A file to write, below the output folder. */
export interface LayoutFile {
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly isSecret?: boolean;
}

/** The files for one target, and what to do with them. */
export interface Layout {
  readonly files: readonly LayoutFile[];
  readonly advice: readonly string[];
}

/** The certificates of the authorities, one after the other. */
export function authoritiesPem({ authorities }: Site): string {
  return authorities.map((certificate) => certificate.toString()).join('');
}

/** The host as a part of a name in Kubernetes. */
export function nameOf({ host }: Site): string {
  return host
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-|-$/g, '');
}
