import { exemptingEntry } from './no-proxy.ts';

/** The way to a URL. */
export type ProxyChoice =
  | { readonly kind: 'direct' }
  /** A variable names a proxy, but an entry of `NO_PROXY` takes this host out. */
  | { readonly kind: 'exempt'; readonly variable: string; readonly entry: string }
  | { readonly kind: 'proxy'; readonly variable: string; readonly proxy: URL }
  /** A variable names something that is no HTTP proxy: the way is direct. */
  | { readonly kind: 'unusable'; readonly variable: string };

type Environment = Readonly<Record<string, string | undefined>>;

/** Chooses the way to a URL by `HTTPS_PROXY` or `HTTP_PROXY`, and `NO_PROXY`; names in lower case come first. */
export function chooseProxy(url: URL, environment: Environment): ProxyChoice {
  const name = url.protocol === 'http:' ? 'http_proxy' : 'https_proxy';
  const variable = [name, name.toUpperCase()].find((one) => (environment[one] ?? '') !== '');
  if (variable === undefined) return { kind: 'direct' };
  const entry = exemptingEntry(url, environment.no_proxy || environment.NO_PROXY || '');
  if (entry !== undefined) return { kind: 'exempt', variable, entry };
  const proxy = parseProxy(environment[variable] ?? '');
  return proxy === undefined ? { kind: 'unusable', variable } : { kind: 'proxy', variable, proxy };
}

/** Reads the address of an HTTP proxy; the scheme may be left out, as other programs allow. */
export function parseProxy(text: string): URL | undefined {
  const full = text.includes('://') ? text : `http://${text}`;
  const proxy = URL.canParse(full) ? new URL(full) : undefined;
  if (proxy?.protocol !== 'http:' && proxy?.protocol !== 'https:') return undefined;
  proxy.username = decodable(proxy.username);
  proxy.password = decodable(proxy.password);
  return proxy;
}

/** A "%" that encodes nothing stands for itself, as for curl; Node would throw. */
function decodable(encoded: string): string {
  const text = encoded.replace(/%(?![0-9a-f]{2})/gi, '%25');
  try {
    decodeURIComponent(text);
    return text;
  } catch {
    return encoded.replaceAll('%', '%25');
  }
}
