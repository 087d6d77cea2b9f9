import { apiVersionOf, type Resource } from '../kinds/resource.ts';
import { allResources } from '../kinds/resources.ts';
import { subresourcesOf } from './target.ts';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const reviewGroup = 'authorization.k8s.io';
const groups = ['apps', reviewGroup];

/** The version that the API claims to have; the last release whose behaviour is followed. */
const version = {
  major: '1',
  minor: '34',
  gitVersion: 'v1.34.4+dev-cluster',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: 'gc',
  platform: 'linux/amd64',
};

/** The answer of a path that says what the API has, or undefined. */
export function discover(path: string, host: string): object | undefined {
  if (path === '/version') return version;
  if (path === '/api') return coreVersions(host);
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(describeGroup) };
  if (path === '/api/v1') return describeVersion('');
  const [, group = '', rest] = /^\/apis\/([^/]+)(\/v1)?$/.exec(path) ?? [];
  if (!groups.includes(group)) return undefined;
  return rest === undefined ? { kind: 'APIGroup', apiVersion: 'v1', ...describeGroup(group) } : describeVersion(group);
}

function coreVersions(host: string): object {
  const serverAddressByClientCIDRs = [{ clientCIDR: '0.0.0.0/0', serverAddress: host }];
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs };
}

function describeGroup(name: string): object {
  const groupVersion = { groupVersion: `${name}/v1`, version: 'v1' };
  return { name, versions: [groupVersion], preferredVersion: groupVersion };
}

function describeVersion(group: string): object {
  const served = allResources.filter((resource) => resource.group === group).flatMap(describeResource);
  const review = {
    name: 'selfsubjectaccessreviews',
    singularName: 'selfsubjectaccessreview',
    namespaced: false,
    kind: 'SelfSubjectAccessReview',
    verbs: ['create'],
  };
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: group === '' ? 'v1' : `${group}/v1`,
    resources: group === reviewGroup ? [review] : served,
  };
}

function describeResource(resource: Resource): object[] {
  const { plural, singular, kind, isNamespaced, shortNames } = resource;
  const common = { namespaced: isNamespaced, kind };
  const below = subresourcesOf(resource).map((name) => ({
    ...common,
    name: `${plural}/${name}`,
    singularName: '',
    verbs: ['get'],
  }));
  const categories = ['Pod', 'Service', 'Deployment', 'ReplicaSet'].includes(kind) ? { categories: ['all'] } : {};
  const names = shortNames.length === 0 ? {} : { shortNames };
  return [{ ...common, name: plural, singularName: singular, verbs, ...names, ...categories }, ...below];
}

/** The answer to "may I?", whatever is asked: yes for whoever has the token. */
export const accessReview: object = {
  kind: 'SelfSubjectAccessReview',
  apiVersion: `${reviewGroup}/v1`,
  metadata: {},
  spec: {},
  status: { allowed: true, reason: 'the token of dev-cluster may do everything' },
};

/** Where {@link accessReview} is served. */
export const reviewPath: string = `/apis/${reviewGroup}/v1/selfsubjectaccessreviews`;

/** `v1` and `Deployment` as fields. */
export function typeOf(resource: Resource): { apiVersion: string; kind: string } {
  return { apiVersion: apiVersionOf(resource), kind: resource.kind };
}
