import { camelName, kebabName, type Step } from '@harbor-pilot/step-kit';
import { stringify } from 'yaml';
import { githubExample } from './examples.ts';
import { type GeneratedFile, generatedNotice } from './generated-file.ts';
import { describeOutput, describeWithDefault, inputsTable, outputsTable } from './inputs-table.ts';

/** Feather icons of the actions. */
const icons: Readonly<Record<string, string>> = {
  doctor: 'activity',
  login: 'log-in',
  logout: 'log-out',
  build: 'package',
  push: 'upload-cloud',
  sign: 'edit-3',
  verify: 'check-circle',
  'scan-gate': 'shield',
  attest: 'file-text',
  promote: 'copy',
  'pull-secret': 'download-cloud',
  rollout: 'send',
  release: 'anchor',
};

/** Steps that leave something behind for the job, which their post part removes. */
const stepsWithPost: readonly string[] = ['login'];

/** The files of one GitHub action: metadata, entry and page. */
export function githubFiles(step: Step): readonly GeneratedFile[] {
  const folder = `actions/${step.name}`;
  return [
    {
      path: `${folder}/action.yml`,
      text: `# ${generatedNotice}\n${stringify(actionMetadata(step), { lineWidth: 0 })}`,
    },
    { path: `${folder}/src/index.ts`, text: entry(step) },
    { path: `${folder}/README.md`, text: page(step) },
  ];
}

// No defaults here: GitHub would hand them over like given inputs, and they would win over harbor-pilot.yml.
function actionMetadata(step: Step): unknown {
  const inputs = Object.entries(step.inputs).flatMap(([name, declaration]) => {
    const description = describeWithDefault(declaration);
    const aliases = (declaration.aliases ?? []).map((alias) => [
      kebabName(alias),
      { description: `Other name of ${kebabName(name)}.`, required: false },
    ]);
    return [[kebabName(name), { description, required: false }], ...aliases];
  });
  const outputs = Object.entries(step.outputs).map(([name, declaration]) => [
    kebabName(name),
    { description: describeOutput(declaration) },
  ]);
  return {
    name: `Harbor Pilot: ${step.name}`,
    description: step.summary,
    author: 'Harbor Pilot',
    branding: { icon: icons[step.name] ?? 'anchor', color: 'blue' },
    inputs: Object.fromEntries(inputs) as unknown,
    outputs: Object.fromEntries(outputs) as unknown,
    runs: {
      using: 'node24',
      main: `../dist/${step.name}.mjs`,
      ...(stepsWithPost.includes(step.name) ? { post: '../dist/post.mjs', 'post-if': 'always()' } : {}),
    },
  };
}

function entry(step: Step): string {
  const name = `${camelName(step.name)}Step`;
  return [
    `// ${generatedNotice}`,
    `import { endProcess, runInCi } from '@harbor-pilot/ci';`,
    `import { ${['executeStep', name].sort().join(', ')} } from '@harbor-pilot/steps';`,
    '',
    `await endProcess(await runInCi((runtime, inputs) => executeStep(${name}, runtime, inputs)));`,
    '',
  ].join('\n');
}

function page(step: Step): string {
  return `<!-- ${generatedNotice} -->
# ${step.name}

${step.summary}

\`\`\`yaml
${githubExample(step)}\`\`\`

## Inputs

${inputsTable(step)}

## Outputs

${outputsTable(step)}
`;
}
