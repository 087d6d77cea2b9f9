/** Those of our inputs, as a terminal and as GitHub gives them, and those that cosign reads as we do. */
const ourNames = /^(?:HARBOR_PILOT_|INPUT_|COSIGN_|SIGSTORE_ID_TOKEN$)/;

const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/**
 * Names of the environment variables that may hold secrets which are meant for us alone: no program that we start gets to
 * see them. What such a program needs itself (tokens of a cloud, proxies) stays.
 */
export function secretVariables(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(environment).flatMap(([name, value = '']) =>
    ourNames.test(name) || privateKey.test(value) ? [name] : [],
  );
}
