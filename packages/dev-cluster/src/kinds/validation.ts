import type {
  Container,
  Deployment,
  KubeObject,
  LabelSelector,
  Pod,
  PodSpec,
  PodTemplate,
  ReplicaSet,
  Secret,
} from './objects.ts';
import type { FieldProblem } from './resource.ts';
import { isSameJson } from './same-json.ts';
import { matchesSelector } from './selectors.ts';

const required = (field: string, detail?: string): FieldProblem => ({
  reason: 'FieldValueRequired',
  field,
  message: `Required value${detail === undefined ? '' : `: ${detail}`}`,
});

const invalid = (field: string, value: unknown, detail: string): FieldProblem => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${JSON.stringify(value)}: ${detail}`,
});

const labelRule =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

function isLabel(text: string): boolean {
  return text.length <= 63 && /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(text);
}

function isSubdomain(text: string): boolean {
  return text.length <= 253 && text.split('.').every((part) => /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(part));
}

/** What is wrong with the name of an object. */
export function checkName(object: KubeObject): FieldProblem[] {
  const { name } = object.metadata;
  if (!name) return [required('metadata.name', 'name or generateName is required')];
  if (object.kind === 'Namespace') return isLabel(name) ? [] : [invalid('metadata.name', name, labelRule)];
  return isSubdomain(name) ? [] : [invalid('metadata.name', name, subdomainRule)];
}

/** What is wrong with a Deployment. */
export function checkDeployment(deployment: Deployment, old?: Deployment): FieldProblem[] {
  const { spec } = deployment;
  if (spec === undefined) return [required('spec')];
  const problems = checkWorkload(spec, old?.spec);
  const { strategy } = spec;
  if (strategy.type !== 'RollingUpdate' && strategy.type !== 'Recreate') {
    problems.push(invalid('spec.strategy.type', strategy.type, 'supported values: "Recreate", "RollingUpdate"'));
  }
  if (strategy.type === 'Recreate' && strategy.rollingUpdate) {
    problems.push({
      reason: 'FieldValueForbidden',
      field: 'spec.strategy.rollingUpdate',
      message: "Forbidden: may not be specified when strategy `type` is 'Recreate'",
    });
  }
  const { maxSurge, maxUnavailable } = strategy.rollingUpdate ?? {};
  if (isZero(maxSurge) && isZero(maxUnavailable)) {
    const detail = 'may not be 0 when `maxSurge` is 0';
    problems.push(invalid('spec.strategy.rollingUpdate.maxUnavailable', maxUnavailable, detail));
  }
  if (spec.progressDeadlineSeconds <= (spec.minReadySeconds ?? 0)) {
    const detail = 'must be greater than minReadySeconds';
    problems.push(invalid('spec.progressDeadlineSeconds', spec.progressDeadlineSeconds, detail));
  }
  return problems;
}

function isZero(value: number | string | undefined): boolean {
  return value === 0 || value === '0%';
}

/** What is wrong with a ReplicaSet. */
export function checkReplicaSet(replicaSet: ReplicaSet, old?: ReplicaSet): FieldProblem[] {
  return replicaSet.spec === undefined ? [required('spec')] : checkWorkload(replicaSet.spec, old?.spec);
}

type WorkloadSpec = Pick<ReplicaSet['spec'], 'replicas' | 'selector' | 'template'>;

function checkWorkload(spec: WorkloadSpec, old: WorkloadSpec | undefined): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const { replicas } = spec;
  const selector: LabelSelector | undefined = spec.selector;
  const template: PodTemplate | undefined = spec.template;
  if (replicas < 0) problems.push(invalid('spec.replicas', replicas, 'must be greater than or equal to 0'));
  const labels = template?.metadata?.labels ?? {};
  if (selector === undefined) problems.push(required('spec.selector'));
  if (!matchesSelector(labels, selector ?? {})) {
    problems.push(invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'));
  }
  problems.push(...checkPodSpec(template?.spec, 'spec.template.spec'));
  if (old !== undefined && !isSameJson(selector, old.selector)) {
    problems.push(invalid('spec.selector', selector, 'field is immutable'));
  }
  return problems;
}

/** What is wrong with a Pod. */
export function checkPod(pod: Pod, old?: Pod): FieldProblem[] {
  if (old === undefined || isSameJson(fixedPart(pod.spec), fixedPart(old.spec))) {
    return checkPodSpec(pod.spec, 'spec');
  }
  const message = 'Forbidden: pod updates may not change fields other than the images of containers';
  return [{ reason: 'FieldValueForbidden', field: 'spec', message }];
}

function fixedPart(spec: PodSpec): unknown {
  const withoutImages = (containers: readonly Container[] = []): unknown =>
    containers.map((container) => ({ ...container, image: '' }));
  return {
    ...spec,
    containers: withoutImages(spec.containers),
    initContainers: withoutImages(spec.initContainers),
  };
}

function checkPodSpec(spec: PodSpec | undefined, path: string): FieldProblem[] {
  if (spec?.containers === undefined || spec.containers.length === 0) return [required(`${path}.containers`)];
  const names = new Set<string>();
  const check = (list: string) => (container: Partial<Container>, index: number) => {
    const problems = checkContainer(container, `${path}.${list}[${index}]`, names);
    if (container.name !== undefined) names.add(container.name);
    return problems;
  };
  return [
    ...(spec.initContainers ?? []).flatMap(check('initContainers')),
    ...spec.containers.flatMap(check('containers')),
  ];
}

function checkContainer(container: Partial<Container>, path: string, taken: ReadonlySet<string>): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const { name, image } = container;
  if (!name) problems.push(required(`${path}.name`));
  else if (!isLabel(name)) problems.push(invalid(`${path}.name`, name, labelRule));
  else if (taken.has(name)) {
    const message = `Duplicate value: ${JSON.stringify(name)}`;
    problems.push({ reason: 'FieldValueDuplicate', field: `${path}.name`, message });
  }
  if (!image) problems.push(required(`${path}.image`));
  else if (image !== image.trim())
    problems.push(invalid(`${path}.image`, image, 'must not have leading or trailing whitespace'));
  return problems;
}

/** What is wrong with a Secret. */
export function checkSecret(secret: Secret, old?: Secret): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (old !== undefined && old.type !== secret.type) {
    problems.push(invalid('type', secret.type, 'field is immutable'));
  }
  for (const [key, value] of Object.entries(secret.data ?? {})) {
    if (!/^[-._a-zA-Z0-9]+$/.test(key)) problems.push(invalid(`data[${key}]`, key, 'is not a key'));
    if (Buffer.from(value, 'base64').toString('base64') !== value) {
      problems.push(invalid(`data[${key}]`, '<secret contents redacted>', 'is not base64'));
    }
  }
  if (secret.type === 'kubernetes.io/dockerconfigjson') problems.push(...checkDockerConfig(secret));
  return problems;
}

function checkDockerConfig(secret: Secret): FieldProblem[] {
  const field = 'data[.dockerconfigjson]';
  const encoded = secret.data?.['.dockerconfigjson'];
  if (encoded === undefined) return [required(field)];
  try {
    JSON.parse(Buffer.from(encoded, 'base64').toString());
    return [];
  } catch {
    return [invalid(field, '<secret contents redacted>', 'is not JSON')];
  }
}
