import { BlockList, isIP } from 'node:net';

/**
 * The entry of `NO_PROXY` which says that a host is to be reached without the proxy. It is a list with commas or blanks of
 * `*`, names (with their subdomains), `.suffixes` and `*.suffixes` (subdomains only), addresses, and networks such as
 * `10.0.0.0/8` or `fd00::/8`; names and addresses may have a port. Node's own reading knows neither networks nor subdomains
 * of a name.
 */
export function exemptingEntry(url: URL, noProxy: string): string | undefined {
  const port = url.port || (url.protocol === 'http:' ? '80' : '443');
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .find((entry) => entry !== '' && meets(host, port, entry));
}

function meets(host: string, port: string, entry: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isInNetwork(host, entry);
  const { name, wantedPort } = splitPort(entry);
  if (wantedPort !== undefined && wantedPort !== port) return false;
  if (isIP(name) !== 0) return isSameAddress(host, name);
  const suffix = name.replace(/^\*?\./, '').replace(/\.$/, '');
  if (suffix === '') return false;
  return host.endsWith(`.${suffix}`) || (host === suffix && !/^\*?\./.test(name));
}

function splitPort(entry: string): { readonly name: string; readonly wantedPort: string | undefined } {
  // An IPv6 address has a port only behind brackets.
  const match = /^\[([^\]]*)\](?::(\d+))?$/.exec(entry) ?? /^([^:]*):(\d+)$/.exec(entry);
  return { name: match?.[1] ?? entry, wantedPort: match?.[2] };
}

function isInNetwork(host: string, entry: string): boolean {
  const [address = '', bits = ''] = entry.split('/');
  const family = familyOf(address);
  const length = /^\d+$/.test(bits) ? Number(bits) : Number.POSITIVE_INFINITY;
  if (family === undefined || familyOf(host) !== family || length > (family === 'ipv4' ? 32 : 128)) return false;
  const network = new BlockList();
  network.addSubnet(address, length, family);
  return network.check(host, family);
}

function isSameAddress(host: string, address: string): boolean {
  return isInNetwork(host, `${address}/${familyOf(address) === 'ipv4' ? 32 : 128}`);
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6';
}
