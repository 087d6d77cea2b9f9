import type { Runtime } from '@harbor-pilot/step-kit';

/** Docker's names for the variables, https://docs.docker.com/engine/cli/proxy/ */
const names = { httpProxy: 'HTTP_PROXY', httpsProxy: 'HTTPS_PROXY' } as const;

/**
 * The proxies of this job as Docker's configuration has them; `docker build`, buildx and `docker run` hand them to builds and
 * containers. One on a loopback address of this machine is left out: a container does not reach it.
 * @returns undefined when there are none.
 */
export function dockerProxies({ environment, warn }: Runtime): Readonly<Record<string, string>> | undefined {
  const setting = (name: string): string => environment[name.toLowerCase()] || environment[name] || '';
  const given = Object.entries(names).map(([key, name]) => ({ key, name, value: setting(name) }));
  const proxies = given.filter(({ value }) => value !== '' && !isLoopback(value));
  for (const { name } of given.filter(({ value }) => isLoopback(value)))
    warn(`${name} is not handed to builds: it is an address of this machine, which containers do not reach`);
  if (proxies.length === 0) return undefined;
  // Only commas are understood by all.
  const noProxy = setting('NO_PROXY')
    .trim()
    .split(/[\s,]+/)
    .join(',');
  return {
    ...Object.fromEntries(proxies.map(({ key, value }) => [key, value])),
    ...(noProxy === '' ? {} : { noProxy }),
  };
}

function isLoopback(proxy: string): boolean {
  const host = /^(?:[a-z]+:\/\/)?(?:[^/@]*@)?(\[[^\]]*\]|[^:/]*)/i.exec(proxy)?.[1] ?? '';
  return /^(localhost|127(\.\d+){3}|\[::1\])$/i.test(host);
}
