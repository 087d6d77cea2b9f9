import { componentVariable, defaultText, kebabName, otherVariables, type Step } from '@harbor-pilot/step-kit';
import { stringify } from 'yaml';
import { gitlabExample } from './examples.ts';
import { type GeneratedFile, generatedNotice } from './generated-file.ts';
import { describeInput, describeWithDefault } from './inputs-table.ts';

/** The GitLab component of one step. */
export function gitlabFiles(step: Step, version: string): readonly GeneratedFile[] {
  const spec = stringify({ spec: { inputs: { ...jobInputs(step, version), ...stepInputs(step) } } }, { lineWidth: 0 });
  const job = stringify({ '$[[ inputs.job-name ]]': jobOf(step) }, { lineWidth: 0 });
  const head = `# ${generatedNotice}\n${gitlabExample(step, version).replace(/^/gm, '# ').replace(/# $/, '')}`;
  return [{ path: `gitlab-templates/templates/${step.name}/template.yml`, text: `${head}${spec}---\n${job}` }];
}

function jobInputs(step: Step, version: string): Readonly<Record<string, unknown>> {
  return {
    stage: { description: 'Stage of the job.', default: 'deploy' },
    'job-name': { description: 'Name of the job.', default: `harbor-${step.name}` },
    'runner-image': { description: 'Image in which the job runs; it needs Node.js 24.', default: 'node:24' },
    command: {
      description: 'How harbor-pilot is started. Name a copy of your own where npm cannot be reached.',
      default: `npx --yes harbor-pilot@${version}`,
    },
  };
}

/** Inputs whose files later jobs want. The artifacts must name them, so their defaults are given here. */
const artifactInputs: readonly string[] = ['layout', 'record', 'report', 'gateReports', 'verifyReports'];

/** Inputs whose defaults are given here, since the job is made with their values. */
const jobValues: readonly string[] = [...artifactInputs, 'oidcAudience'];

// A component takes just the inputs that it declares.
const noAliases: readonly string[] = [];

/** Inputs that a file or a variable may give as well: empty means "not given here". Secrets are variables, never inputs. */
function stepInputs(step: Step): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(step.inputs)
      .filter(([, { kind }]) => kind !== 'secret')
      .map(([name, declaration]) => [
        kebabName(name),
        jobValues.includes(name)
          ? { description: describeInput(declaration, noAliases), default: defaultText(declaration) ?? '' }
          : { description: describeWithDefault(declaration, noAliases), default: '' },
      ]),
  );
}

/** Reports of the gate that GitLab shows in merge requests; by what it calls them, the files as the gate names them. */
const gateReports = Object.fromEntries(
  Object.entries({
    container_scanning: 'gl-container-scanning-report.json',
    codequality: 'gl-code-quality-report.json',
    junit: 'gate-report.junit.xml',
  }).map(([kind, file]) => [kind, `$[[ inputs.gate-reports ]]/${file}`]),
);

/** The token for signing without a key; GitLab masks it. It must be declared, whether it is used or not. */
const identityToken = { SIGSTORE_ID_TOKEN: { aud: '$[[ inputs.oidc-audience ]]' } };

function jobOf(step: Step): unknown {
  const files = artifactInputs.filter((name) => name in step.inputs).map((name) => `$[[ inputs.${kebabName(name)} ]]`);
  return {
    stage: '$[[ inputs.stage ]]',
    image: '$[[ inputs.runner-image ]]',
    variables: { [otherVariables.command]: '$[[ inputs.command ]]', ...variables(step) },
    ...('keyless' in step.inputs ? { id_tokens: identityToken } : {}),
    script: [`$${otherVariables.command} ${step.name}`],
    artifacts: {
      when: 'always',
      ...(files.length === 0 ? {} : { paths: files }),
      reports: { dotenv: 'harbor-pilot.env', ...('gateReports' in step.inputs ? gateReports : {}) },
    },
  };
}

// The name of a robot account has a "$" that must not be read as the beginning of a variable, and so may a regular expression.
const literalInputs: readonly string[] = [
  'username',
  'brokerUsername',
  'pullUsername',
  'certificateIdentityRegexp',
  'certificateOidcIssuerRegexp',
];

function variables(step: Step): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(step.inputs)
      .filter(([, { kind }]) => kind !== 'secret')
      .map(([name]) => {
        const value = `$[[ inputs.${kebabName(name)} ]]`;
        return [componentVariable(name), literalInputs.includes(name) ? { value, expand: false } : value];
      }),
  );
}
