/**
 * The address of the next page in a `Link` header, as it stands there (relative or not), or undefined on the last page
 * (RFC 8288).
 */
export function nextLink(header: string | undefined): string | undefined {
  return /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(header ?? '')?.[1];
}
