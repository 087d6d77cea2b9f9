import { secretVariables } from './secret-variables.ts';

/** What any program needs: where programs, files and proxies are, whom to trust. */
const commonVariables = [
  'PATH',
  'HOME',
  'TMPDIR',
  'XDG_CACHE_HOME',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
];

/**
 * The environment of a program that is to see nothing of ours but what it needs.
 * @param names more variables that it gets; `AWS_*` stands for all that begin so, but for those that may hold secrets of ours.
 */
export function programEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): Record<string, string> {
  const wanted = new Set([...commonVariables, ...names]);
  const beginnings = names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  const ours = new Set(secretVariables(environment));
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => {
      const isGiven =
        wanted.has(name) || (!ours.has(name) && beginnings.some((beginning) => name.startsWith(beginning)));
      return value !== undefined && isGiven ? [[name, value]] : [];
    }),
  );
}
