const token = "[!#$%&'*+.^_`|~\\w-]+";
const parameter = `\\s*;\\s*${token}\\s*=\\s*(?:${token}|"[^"]*")`;
const header = new RegExp(`^\\s*(${token}(?:/${token})?)(?:${parameter})*\\s*;?\\s*$`);

/** The media type in a Content-Type header, in lower case and without its parameters; undefined when the header is malformed. */
export function mediaTypeOf(contentType: string): string | undefined {
  return header.exec(contentType)?.[1]?.toLowerCase();
}
