import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { kebabName } from '@harbor-pilot/step-kit';
import { allSteps } from '@harbor-pilot/steps';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { parseAllDocuments, stringify } from 'yaml';
import { runProcess } from './run-process.ts';
import { root } from './world.ts';

/** A workflow that gives every action every input, and reads every output. */
function workflowOfEverything(extraInput?: string): string {
  const steps = allSteps.flatMap((step) => {
    const inputs = Object.keys(step.inputs).map(kebabName);
    const given = [...inputs, ...(extraInput === undefined ? [] : [extraInput])].map((name) => [name, 'text']);
    const outputs = Object.keys(step.outputs).map((name) => `\${{ steps.${step.name}.outputs.${kebabName(name)} }}`);
    return [
      { id: step.name, uses: `./actions/${step.name}`, with: Object.fromEntries(given) as unknown },
      { run: 'printenv OUTPUTS', env: { OUTPUTS: outputs.join(' ') } },
    ];
  });
  const job = { 'runs-on': 'ubuntu-latest', steps: [{ uses: 'actions/checkout@v6' }, ...steps] };
  return stringify({ on: 'push', jobs: { all: job } });
}

describeWithPeers('the actions, to actionlint', ['actionlint'], ({ actionlint }) => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'harbor-pilot-actions-'));
    await cp(join(root, 'actions'), join(folder, 'actions'), {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    });
    await mkdir(join(folder, '.git'));
    await mkdir(join(folder, '.github/workflows'), { recursive: true });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function lint(workflow: string): Promise<string> {
    await writeFile(join(folder, '.github/workflows/all.yml'), workflow);
    const environment = { HOME: folder };
    return (await runProcess(actionlint, ['-no-color', '-shellcheck=', '-pyflakes='], { folder, environment })).log;
  }

  it('are well, with all inputs and outputs', async () => {
    expect(await lint(workflowOfEverything())).toBe('');
  });

  it('are really read: an input that there is not is found in each', async () => {
    const log = await lint(workflowOfEverything('no-such-input'));
    for (const { name } of allSteps)
      expect(log).toContain(`"no-such-input" is not defined in action "Harbor Pilot: ${name}"`);
  });
});

/** The schema of .gitlab-ci.yml, where GitLab's is at hand beside the repository. */
const schemaFile = resolve(root, '../shared/data/gitlab-ci-schema/ci.json');

(existsSync(schemaFile) ? describe : describe.skip)('the GitLab templates (needs the schema of GitLab)', () => {
  const names = readdirSync(join(root, 'gitlab-templates/templates'));

  it('are one for each step', () => {
    expect(names.sort()).toEqual(allSteps.map(({ name }) => name).sort());
  });

  it.each(names)('are what the schema allows: %s', (name) => {
    const schema = JSON.parse(readFileSync(schemaFile, 'utf8')) as object;
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    const text = readFileSync(join(root, 'gitlab-templates/templates', name, 'template.yml'), 'utf8');
    const [head, job] = parseAllDocuments(text).map((document) => document.toJS() as Record<string, unknown>);
    for (const document of [head, job]) {
      validate(document);
      expect(validate.errors ?? []).toEqual([]);
    }
    expect(Object.keys(job ?? {})).toEqual(['$[[ inputs.job-name ]]']);
  });
});
