import { camelName, environmentName, type Step } from '@harbor-pilot/step-kit';
import { exampleOf } from './examples.ts';
import { type GeneratedFile, generatedNotice } from './generated-file.ts';
import { describeOutput, describeWithDefault } from './inputs-table.ts';

/** Credentials that a step takes by their id in Jenkins, and which input each one stands for. */
const credentials: Readonly<Record<string, { readonly argument: string; readonly description: string }>> = {
  password: {
    argument: 'credentialsId',
    description: 'Id of a "Username with password" credential: the account of the registry.',
  },
  clientKeyPassword: {
    argument: 'clientCertificateCredentialsId',
    description:
      'Id of a "Certificate" credential: the client certificate with its key, in place of `clientCertificate`.',
  },
  brokerPassword: {
    argument: 'brokerCredentialsId',
    description:
      'Id of a "Username with password" credential: the account that makes a robot account for the job, and deletes it.',
  },
  registryAuth: {
    argument: 'registryAuthCredentialsId',
    description: 'Id of a "Secret text" credential: the accounts of several registries.',
  },
  key: {
    argument: 'keyCredentialsId',
    description: 'Id of a "Secret file" credential: the private key, in place of `key`.',
  },
  keyPassword: {
    argument: 'keyPasswordCredentialsId',
    description: 'Id of a "Secret text" credential: the password of the signing key.',
  },
  kubeconfig: {
    argument: 'kubeconfigCredentialsId',
    description: 'Id of a "Secret file" credential: the kubeconfig, in place of `kubeconfig`.',
  },
  commentToken: {
    argument: 'commentCredentialsId',
    description: 'Id of a "Secret text" credential: the token that may comment on pull requests and merge requests.',
  },
  webhookAuthHeader: {
    argument: 'webhookAuthCredentialsId',
    description: 'Id of a "Secret text" credential: the "Auth Header" of the webhooks of the project.',
  },
  pullPassword: {
    argument: 'pullCredentialsId',
    description: 'Id of a "Username with password" credential: the account with which the nodes pull.',
  },
};

/** Name of the global variable of a step: `harborScanGate`. */
export function jenkinsName(step: Step): string {
  return camelName(`harbor-${step.name}`);
}

/** The global variable of one step, and the help that Jenkins shows for it. */
export function jenkinsFiles(step: Step): readonly GeneratedFile[] {
  const name = jenkinsName(step);
  return [
    { path: `jenkins-shared-lib/vars/${name}.groovy`, text: groovy(step) },
    { path: `jenkins-shared-lib/vars/${name}.txt`, text: help(step, name) },
  ];
}

function plainInputs(step: Step): readonly string[] {
  return Object.entries(step.inputs).flatMap(([name, { kind }]) => (kind === 'secret' ? [] : [name]));
}

function credentialArguments(step: Step): readonly (typeof credentials)[string][] {
  return Object.keys(step.inputs).flatMap((name) => credentials[name] ?? []);
}

function groovy(step: Step): string {
  const inputs = plainInputs(step).flatMap((name) =>
    [name, ...(step.inputs[name]?.aliases ?? [])].map((argument) => `        ${argument}: '${environmentName(name)}',`),
  );
  return [
    `// ${generatedNotice}`,
    `// ${step.summary}`,
    'def call(Map args = [:]) {',
    `    return harborPilotStep('${step.name}', [`,
    ...inputs,
    '    ], args)',
    '}',
    '',
  ].join('\n');
}

function help(step: Step, name: string): string {
  const inputs = Object.entries(step.inputs)
    .filter(([, { kind }]) => kind !== 'secret')
    .map(
      ([input, declaration]) =>
        `  <li><b>${input}</b>: ${html(describeWithDefault(declaration, declaration.aliases ?? []))}</li>`,
    );
  const secrets = credentialArguments(step).map(
    ({ argument, description }) => `  <li><b>${argument}</b>: ${html(description)}</li>`,
  );
  const outputs = Object.entries(step.outputs).map(
    ([output, declaration]) => `  <li><b>${output}</b>: ${html(describeOutput(declaration))}</li>`,
  );
  return [
    `<!-- ${generatedNotice} -->`,
    `<p>${html(step.summary)}</p>`,
    `<pre>def result = ${name}(${exampleArguments(step).join(', ')})</pre>`,
    '<p>Arguments:</p>',
    '<ul>',
    ...inputs,
    ...secrets,
    '</ul>',
    '<p>It returns a map:</p>',
    '<ul>',
    ...outputs,
    '</ul>',
    '',
  ].join('\n');
}

/** What the example of a step gives it; accounts and files with a secret by the id of their credential. */
function exampleArguments(step: Step): readonly string[] {
  return exampleOf(step).flatMap(([input, value]) => {
    const credential = credentials[input];
    if (credential !== undefined) return [`${credential.argument}: '${exampleIds[input] ?? ''}'`];
    if (value === undefined || input.toLowerCase().endsWith('username')) return [];
    const words = value.split(',').map((word) => `'${word}'`);
    switch (step.inputs[input]?.kind) {
      case 'list':
        return [`${input}: [${words.join(', ')}]`];
      case 'boolean':
        return [`${input}: ${value}`];
      default:
        return [`${input}: '${value}'`];
    }
  });
}

/** Ids of the credentials in examples. */
const exampleIds: Readonly<Record<string, string>> = {
  password: 'harbor',
  brokerPassword: 'harbor-broker',
  key: 'cosign-key',
  keyPassword: 'cosign-password',
  kubeconfig: 'kubeconfig',
};

/** Text as HTML; what stands in backticks is code. */
function html(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped.replace(/`([^`]*)`/g, '<code>$1</code>');
}
