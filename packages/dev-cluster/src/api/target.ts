import type { Resource } from '../kinds/resource.ts';
import { allResources } from '../kinds/resources.ts';

/** What a request is about. */
export interface Target {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  /** `status` or `log`. */
  readonly subresource: string | undefined;
}

/** Finds the resource that a path names, `/apis/apps/v1/namespaces/default/deployments/app`. */
export function parseTarget(path: string): Target | undefined {
  const match = /^\/(?:api\/v1|apis\/([^/]+)\/v1)\/(.+)$/.exec(path);
  const group = match?.[1] ?? '';
  const parts = match?.[2]?.split('/').map(decode) ?? [];
  // "namespaces/NAME/status" is about the namespace, "namespaces/NAME/pods" about what is in it.
  const isInside = parts[0] === 'namespaces' && parts.length > 2 && parts[2] !== 'status';
  const [plural = '', name, subresource, ...rest] = isInside ? parts.slice(2) : parts;
  const resource = allResources.find((each) => each.group === group && each.plural === plural);
  if (resource === undefined || rest.length > 0 || (isInside && !resource.isNamespaced)) return undefined;
  if (resource.isNamespaced && !isInside && name !== undefined) return undefined;
  if (subresource !== undefined && !subresourcesOf(resource).includes(subresource)) return undefined;
  return { resource, namespace: isInside ? parts[1] : undefined, name, subresource };
}

/** A part of a path; one that cannot be decoded names nothing. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The paths below an object of a resource. */
export function subresourcesOf(resource: Resource): readonly string[] {
  return [...(resource.hasStatus ? ['status'] : []), ...(resource.kind === 'Pod' ? ['log'] : [])];
}
