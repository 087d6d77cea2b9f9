/** A secret that is easy to find again, whatever somebody made of it. */
export interface Canary {
  /** What it is for. */
  readonly name: string;
  readonly secret: string;
  /** Texts of which none may be seen anywhere. */
  readonly traces: readonly string[];
}

/**
 * Makes a secret around cores of letters and digits: to quote, escape or URL-encode it leaves these as they are, so that
 * they are all there is to look for, besides what base64 and hexadecimal digits make of them.
 * @param secret what has to be in between is up to the test.
 */
export function makeCanary(name: string, secret: string): Canary {
  const cores = secret.match(/[A-Za-z0-9]{8,}/g) ?? [];
  if (cores.length === 0) throw new Error(`nothing in ${name} is long enough to be found`);
  const encoded = cores.flatMap((core) => [core, ...[0, 1, 2].map((shift) => base64Inside(core, shift)), hex(core)]);
  return { name, secret, traces: [...new Set(encoded)] };
}

/** What base64 makes of a text wherever it begins: the characters that depend on nothing before and after it. */
function base64Inside(text: string, shift: number): string {
  const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]);
  return bytes.toString('base64').slice(Math.ceil((shift * 8) / 6), Math.floor((bytes.length * 8) / 6));
}

function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}

/** Places in which a canary was seen, one `name of the canary in place: the text around it` each. */
export function findTraces(canaries: readonly Canary[], places: ReadonlyMap<string, string>): readonly string[] {
  return [...places].flatMap(([place, text]) =>
    canaries.flatMap(({ name, traces }) =>
      traces.flatMap((trace) => {
        const index = text.indexOf(trace);
        return index < 0 ? [] : [`${name} in ${place}: ${text.slice(Math.max(0, index - 60), index + 60)}`];
      }),
    ),
  );
}
