import {
  componentVariable,
  defaultText,
  defineStep,
  environmentName,
  type InputDeclaration,
  kebabName,
} from '@harbor-pilot/step-kit';
import { allSteps } from '@harbor-pilot/steps';
import { describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { generateFiles } from '../src/index.ts';

const readme = '# A page\n\n<!-- begin steps -->\nold\n<!-- end steps -->\n\nafter\n';
const robots = ['robot-presets', 'broker-permissions', 'step-permissions']
  .map((name) => `<!-- begin ${name} -->\n<!-- end ${name} -->\n`)
  .join('');
const files = new Map(generateFiles({ version: '1.2.3', readme, robots }).map(({ path, text }) => [path, text]));

function text(path: string): string {
  const found = files.get(path);
  if (found === undefined) throw new Error(`${path} is not generated`);
  return found;
}

interface Action {
  readonly inputs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly runs: Readonly<Record<string, string>>;
}

interface Template {
  readonly inputs: Readonly<Record<string, { readonly default?: unknown }>>;
  readonly job: {
    readonly variables: Readonly<Record<string, unknown>>;
    readonly id_tokens?: unknown;
    readonly script: readonly string[];
    readonly artifacts: { readonly paths?: readonly string[] };
  };
}

function template(name: string): Template {
  const documents = parseAllDocuments(text(`gitlab-templates/templates/${name}/template.yml`));
  const [head, body] = documents.map((document) => document.toJS() as unknown) as [
    { spec: { inputs: Template['inputs'] } },
    Record<string, Template['job']>,
  ];
  const [job] = Object.values(body);
  if (job === undefined) throw new Error(`${name} has no job`);
  return { inputs: head.spec.inputs, job };
}

const artifactInputs = ['layout', 'record', 'report', 'gateReports', 'verifyReports'];
const variableOf = (name: string): string =>
  `harbor${name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}`;
const names = allSteps.map(({ name }) => name);
const stepOf = (name: string): (typeof allSteps)[number] => {
  const step = allSteps.find((candidate) => candidate.name === name);
  if (step === undefined) throw new Error(name);
  return step;
};
const secretsOf = (name: string): readonly string[] =>
  Object.entries(stepOf(name).inputs).flatMap(([input, { kind }]) => (kind === 'secret' ? [input] : []));
const plainOf = (name: string): readonly string[] =>
  Object.keys(stepOf(name).inputs).filter((input) => !secretsOf(name).includes(input));

describe.each(names)('the front ends of %s', (name) => {
  it('give action.yml all inputs and aliases, none with a default, which would win over harbor-pilot.yml', () => {
    const action = parse(text(`actions/${name}/action.yml`)) as Action;
    const aliases = Object.values(stepOf(name).inputs).flatMap((declaration) => declaration.aliases ?? []);
    const expected = [...Object.keys(stepOf(name).inputs), ...aliases].map(kebabName);
    expect(Object.keys(action.inputs).sort()).toEqual(expected.sort());
    for (const input of Object.values(action.inputs)) {
      expect(input).not.toHaveProperty('default');
      expect(input).toMatchObject({ required: false, description: expect.stringMatching(/\w/) });
    }
    expect(Object.keys(action.outputs)).toEqual(Object.keys(stepOf(name).outputs).map(kebabName));
    expect(action.runs).toMatchObject({ using: 'node24', main: `../dist/${name}.mjs` });
  });

  it('make no secret an input of GitLab, and let empty mean "not given"', () => {
    const { inputs, job } = template(name);
    for (const secret of secretsOf(name)) {
      expect(inputs).not.toHaveProperty(kebabName(secret));
      expect(job.variables).not.toHaveProperty(componentVariable(secret));
    }
    for (const input of plainOf(name).filter((plain) => ![...artifactInputs, 'oidcAudience'].includes(plain)))
      expect(inputs[kebabName(input)]).toMatchObject({ default: '' });
  });

  it('leave the variables of the inputs to the pipeline on GitLab, which a job would take from it', () => {
    const own = Object.keys(template(name).job.variables);
    expect(own.filter((variable) => Object.keys(stepOf(name).inputs).map(environmentName).includes(variable))).toEqual(
      [],
    );
  });

  it('declare the identity token of a job on GitLab where it can sign', () => {
    const { inputs, job } = template(name);
    const isSigner = 'keyless' in stepOf(name).inputs;
    const token = { SIGSTORE_ID_TOKEN: { aud: '$[[ inputs.oidc-audience ]]' } };
    expect(job.id_tokens).toEqual(isSigner ? token : undefined);
    expect(inputs['oidc-audience']?.default).toBe(isSigner ? 'sigstore' : undefined);
  });

  it('keep the files of a job on GitLab, whatever they are called', () => {
    const { inputs, job } = template(name);
    const files = artifactInputs.filter((input) => input in stepOf(name).inputs);
    expect(job.artifacts.paths ?? []).toEqual(files.map((input) => `$[[ inputs.${kebabName(input)} ]]`));
    for (const input of files) {
      expect(inputs[kebabName(input)]).toMatchObject({
        default: defaultText(stepOf(name).inputs[input] as InputDeclaration),
      });
    }
  });

  it('speak of other names only where they are taken, and as they are written there', () => {
    expect(text(`gitlab-templates/templates/${name}/template.yml`)).not.toContain('Also known as');
    expect(text(`jenkins-shared-lib/vars/${variableOf(name)}.txt`)).not.toMatch(/Also known as [^.]*-/);
  });

  it('put no input of GitLab into a script, where it would be run', () => {
    const { job } = template(name);
    expect(job.script).toEqual([`$HARBOR_PILOT_COMMAND ${name}`]);
    for (const input of plainOf(name))
      expect(JSON.stringify(job.variables)).toContain(`$[[ inputs.${kebabName(input)} ]]`);
  });

  it('keep the name of a robot account from being expanded', () => {
    const { variables } = template(name).job;
    const names = plainOf(name).filter((input) => /username$/i.test(input));
    expect(names).not.toEqual([]);
    for (const input of names) {
      const value = `$[[ inputs.${kebabName(input)} ]]`;
      expect(variables[componentVariable(input)]).toEqual({ value, expand: false });
    }
  });

  it('name every plain input under all its names, and no secret, in the Jenkins variable', () => {
    const variable = variableOf(name);
    const groovy = text(`jenkins-shared-lib/vars/${variable}.groovy`);
    const pairs = [...groovy.matchAll(/^ {8}(\w+): '(\w+)',$/gm)].map(([, input, target]) => [input, target]);
    const expected = plainOf(name).flatMap((input) =>
      [input, ...(stepOf(name).inputs[input]?.aliases ?? [])].map((argument) => [argument, environmentName(input)]),
    );
    expect(pairs).toEqual(expected);
    expect(text(`jenkins-shared-lib/vars/${variable}.txt`)).toContain(variable);
  });
});

describe('the generator', () => {
  it('lets only the login clean up after the job', () => {
    const withPost = names.filter((name) => text(`actions/${name}/action.yml`).includes('post:'));
    expect(withPost).toEqual(['login']);
  });

  it('starts the command of its own version on GitLab', () => {
    expect(template('release').inputs.command).toMatchObject({ default: 'npx --yes harbor-pilot@1.2.3' });
  });

  it('hands the image that was built to later jobs', () => {
    expect(template('build').job.artifacts.paths).toContain('$[[ inputs.layout ]]');
    expect(template('release').job.artifacts.paths).toContain('$[[ inputs.report ]]');
  });

  it.each(['scan-gate', 'release'])('has GitLab show the reports of the gate of %s', (name) => {
    expect(template(name).job.artifacts).toMatchObject({
      paths: expect.arrayContaining(['$[[ inputs.gate-reports ]]']),
      reports: {
        dotenv: 'harbor-pilot.env',
        container_scanning: '$[[ inputs.gate-reports ]]/gl-container-scanning-report.json',
        codequality: '$[[ inputs.gate-reports ]]/gl-code-quality-report.json',
        junit: '$[[ inputs.gate-reports ]]/gate-report.junit.xml',
      },
    });
  });

  it('tells in the documentation what only the file can say', () => {
    expect(text('docs/steps.md')).toContain('| `scan-gate.max.high` | How many of this severity may be there');
  });

  it('helps in Jenkins with every credential and with other names', () => {
    const help = text('jenkins-shared-lib/vars/harborRelease.txt');
    for (const argument of [
      'credentialsId',
      'keyCredentialsId',
      'keyPasswordCredentialsId',
      'pullCredentialsId',
      'kubeconfigCredentialsId',
    ])
      expect(help).toContain(`<li><b>${argument}</b>: Id of a `);
    expect(help).toContain('Also known as <code>ignoreUnfixed</code>, <code>fixableOnly</code>.');
  });

  it.each(allSteps)('has a credential in Jenkins for each secret of $name', ({ name, inputs }) => {
    const given = Object.entries(inputs).filter(
      ([input, { kind }]) => kind === 'secret' || /^(key|kubeconfig)$/.test(input),
    );
    const help = text(`jenkins-shared-lib/vars/${variableOf(name)}.txt`);
    expect(help.match(/<li><b>\w*[cC]redentialsId</g) ?? []).toHaveLength(given.length);
  });

  it('tells in docs/robots.md what each step and each kind of robot account may do', () => {
    const page = text('docs/robots.md');
    expect(page).toContain('| `sign` | `repository: pull` | read the image');
    expect(page).toContain('| `pull` | `verify` | `repository: pull` |');
    expect(page).toContain('| `robot: create` | make the robot account of the job |');
  });

  it('replaces only its section of the README', () => {
    const page = text('README.md');
    expect(page).toMatch(/^# A page\n\n<!-- begin steps -->\n\| Step /);
    expect(page).toMatch(/<!-- end steps -->\n\nafter\n$/);
    expect(() => generateFiles({ version: '1', readme: '# no section', robots })).toThrow('has no section "steps"');
  });

  it('gives the same files each time', () => {
    const again = generateFiles({ version: '1.2.3', readme, robots });
    expect(new Map(again.map((file) => [file.path, file.text]))).toEqual(files);
  });

  it('escapes what would break a table, and shows choices, aliases and defaults', () => {
    const step = defineStep({
      name: 'odd',
      summary: 'A step.',
      inputs: {
        mode: { kind: 'choice', choices: ['a', 'b'], description: 'This | that.', default: 'a', aliases: ['wayOfIt'] },
      },
      outputs: {},
      run: async () => ({}),
    });
    const page = generateFiles({ version: '1', readme, robots, steps: [step] }).find(
      ({ path }) => path === 'actions/odd/README.md',
    );
    expect(page?.text).toContain('| `mode` | This \\| that. One of `a`, `b`. Also known as `way-of-it`. | `a` |  |');
  });
});
