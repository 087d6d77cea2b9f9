/** Whether an address is one of the web: nothing else becomes a link, least of all `javascript:`. */
export function isWebAddress(address: string): boolean {
  return URL.canParse(address) && ['https:', 'http:'].includes(new URL(address).protocol) && address.length <= 2000;
}

/**
 * Whether an address is one of the web, and written out: no user, no characters that RFC 3986 wants encoded. Quicker than
 * {@link isWebAddress}, and what schemas with `format: uri` take.
 */
export function isPlainWebAddress(address: string): boolean {
  return address.length <= 2000 && plainAddress.test(address);
}

const plainAddress =
  /^https?:\/\/[a-z\d-]+(?:\.[a-z\d-]+)*(?::\d{1,5})?(?:[/?#](?:[\w.~:/?@!$&'()*+,;=-]|%[\da-f]{2})*(?:#(?:[\w.~:/?@!$&'()*+,;=-]|%[\da-f]{2})*)?)?$/i;

/** Where a vulnerability is described, for the kinds of names whose page is known. */
export function advisoryAddress(id: string): string | undefined {
  return /^(?:CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3})$/.test(id) ? `https://osv.dev/vulnerability/${id}` : undefined;
}
