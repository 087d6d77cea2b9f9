import { environmentName, kebabName, type Step } from '@harbor-pilot/step-kit';

const releaser = 'robot$shop+release';

/** What the example of a step gives it besides the registry and its account: no less than it needs to work. */
const given: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  doctor: { image: 'shop/hello' },
  login: {},
  logout: { brokerUsername: 'robot$shop+broker', robotId: '42' },
  build: { image: 'shop/hello', platforms: 'linux/amd64,linux/arm64' },
  push: { image: 'shop/hello', tags: '1.0.0,latest' },
  sign: { image: 'shop/hello:1.0.0', key: 'env://COSIGN_PRIVATE_KEY' },
  verify: { image: 'shop/hello:1.0.0', publicKey: 'ci/cosign.pub' },
  'scan-gate': { image: 'shop/hello:1.0.0', severityCutoff: 'high', onlyFixed: 'true' },
  attest: { image: 'shop/hello:1.0.0', type: 'vuln', key: 'env://COSIGN_PRIVATE_KEY' },
  promote: { image: 'staging/hello:1.0.0', to: 'production/hello', publicKey: 'ci/cosign.pub' },
  'pull-secret': { username: 'robot$shop+nodes', namespaces: 'hello', kubeconfig: 'kubeconfig' },
  rollout: { image: 'shop/hello:1.0.0', manifests: 'deploy/', namespace: 'hello', kubeconfig: 'kubeconfig' },
  release: {
    image: 'shop/hello',
    tags: '1.0.0,latest',
    key: 'env://COSIGN_PRIVATE_KEY',
    manifests: 'deploy/',
    namespace: 'hello',
    kubeconfig: 'kubeconfig',
  },
};

/** What GitHub has ready for an input. */
const onGithub: Readonly<Record<string, string>> = {
  robotId: `\${{ steps.login.outputs.robot-id }}`,
  kubeconfig: `\${{ runner.temp }}/kubeconfig`,
};

/** The secrets of GitHub, by the input that they are for, and the input without which that is not needed. */
const secrets: Readonly<Record<string, { readonly secret: string; readonly beside: string }>> = {
  password: { secret: 'HARBOR_PASSWORD', beside: 'username' },
  brokerPassword: { secret: 'HARBOR_BROKER_PASSWORD', beside: 'brokerUsername' },
  keyPassword: { secret: 'COSIGN_PASSWORD', beside: 'key' },
};

/** An example for a step: the inputs that it is given, and the secrets among them without a value. */
export function exampleOf({ name, inputs }: Step): readonly (readonly [input: string, value: string | undefined])[] {
  const values = { registry: 'harbor.example.com', username: releaser, ...given[name] };
  return Object.entries(values)
    .filter(([input]) => input in inputs)
    .flatMap(([input, value]) => [
      [input, value] as const,
      ...Object.keys(secrets)
        .filter((secret) => secrets[secret]?.beside === input)
        .map((secret) => [secret, undefined] as const),
    ]);
}

/** The step in a workflow of GitHub, as YAML. */
export function githubExample(step: Step): string {
  const example = exampleOf(step);
  const lines = example.map(([input, value]) => {
    const text = value === undefined ? `\${{ secrets.${secrets[input]?.secret ?? ''} }}` : (onGithub[input] ?? value);
    return `    ${kebabName(input)}: ${text}\n`;
  });
  const key = example.some(([input]) => input === 'key')
    ? `  env:\n    COSIGN_PRIVATE_KEY: \${{ secrets.COSIGN_PRIVATE_KEY }}\n`
    : '';
  return `- uses: harbor-pilot/harbor-pilot/actions/${step.name}@v0\n  with:\n${lines.join('')}${key}`;
}

/** The step in a pipeline of GitLab, as YAML; its secrets are variables of the project. */
export function gitlabExample(step: Step, version: string): string {
  const lines = exampleOf(step).flatMap(([input, value]) =>
    value === undefined || input === 'kubeconfig' ? [] : [`      ${kebabName(input)}: "${value}"\n`],
  );
  const component = `$CI_SERVER_FQDN/tools/harbor-pilot/${step.name}@${version}`;
  return `include:\n  - component: ${component}\n    inputs:\n${lines.join('')}`;
}

/** The step in a terminal. */
export function terminalExample(step: Step): string {
  const example = exampleOf(step);
  const before = example.flatMap(([input, value]) => (value === undefined ? [`${environmentName(input)}=… `] : []));
  const flags = example.flatMap(([input, value]) => {
    if (value === undefined) return [];
    return [` \\\n  --${kebabName(input)} ${value.includes('$') ? `'${value}'` : value}`];
  });
  return `${before.join('')}npx harbor-pilot ${step.name}${flags.join('')}\n`;
}
