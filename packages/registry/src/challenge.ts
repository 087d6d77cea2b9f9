/** One challenge of a `Www-Authenticate` header. */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: Readonly<Record<string, string>>;
}

const part = /([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^\s,"]*)))?/g;

/**
 * Reads a `Www-Authenticate` header: several challenges, quoted values with commas, unknown schemes
 * (RFC 9110, section 11.6.1). A header that is empty or makes no sense has no challenges.
 */
export function parseChallenges(header: string | undefined): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  for (const [text, name = '', quoted, bare] of (header ?? '').matchAll(part)) {
    if (!text.includes('=')) challenges.push({ scheme: name.toLowerCase(), parameters: Object.create(null) });
    else {
      const current = challenges.at(-1);
      if (current !== undefined) current.parameters[name.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '';
    }
  }
  return challenges;
}
