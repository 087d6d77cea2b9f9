import { BlockList, isIP } from 'node:net';

const inner = new BlockList();
for (const [address, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  inner.addSubnet(address, prefix, 'ipv4');
}
for (const [address, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  inner.addSubnet(address, prefix, 'ipv6');
}

/**
 * Whether a registry points with this URL into the network of this machine, at a host that is not its own: metadata
 * services of clouds are found there. Names are not resolved.
 */
export function pointsInside(url: URL, registry: URL): boolean {
  if (url.hostname === registry.hostname) return false;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const version = isIP(host);
  if (version === 0) return host === 'localhost' || host.endsWith('.localhost');
  return inner.check(host, version === 4 ? 'ipv4' : 'ipv6');
}
