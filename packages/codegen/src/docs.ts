import { type ErrorCode, errorFamilies, errorTitles, exitCodeOf } from '@harbor-pilot/core';
import type { Step } from '@harbor-pilot/step-kit';
import { configSchema } from '@harbor-pilot/steps';
import { terminalExample } from './examples.ts';
import { type GeneratedFile, generatedNotice } from './generated-file.ts';
import { inputsTable, outputsTable, settingsTable } from './inputs-table.ts';
import { jenkinsName } from './jenkins.ts';

/** Where editors find the schema of harbor-pilot.yml. */
const schemaPath = 'packages/steps/harbor-pilot.schema.json';

/** The pages and the schema that are derived as a whole. */
export function documentationFiles(steps: readonly Step[]): readonly GeneratedFile[] {
  return [
    { path: 'docs/steps.md', text: stepsPage(steps) },
    { path: 'docs/errors.md', text: errorsPage() },
    { path: schemaPath, text: `${JSON.stringify(configSchema(steps), undefined, 2)}\n` },
  ];
}

function stepsPage(steps: readonly Step[]): string {
  const parts = steps.map((step) => {
    const tables = [inputsTable(step), settingsTable(step), outputsTable(step)].filter((table) => table !== undefined);
    return `## ${step.name}\n\n${step.summary}\n\n\`\`\`sh\n${terminalExample(step)}\`\`\`\n\n${tables.join('\n\n')}\n`;
  });
  return `<!-- ${generatedNotice} -->\n# Steps\n\nThe same inputs everywhere: \`only-fixed\` on GitHub and GitLab, \`--only-fixed\` on the command line,\n\`onlyFixed\` in Jenkins, \`HARBOR_PILOT_ONLY_FIXED\` as a variable. What is given wins over \`harbor-pilot.yml\`.\nA variable that begins with \`HARBOR_PILOT_\` and that nothing reads gets a warning, with the name that may be meant.\nOther names that an input is known by are taken everywhere but in GitLab components and in \`harbor-pilot.yml\`.\nThe examples are for a terminal: the page of each action has one for GitHub (\`actions/STEP/README.md\`), the head of each\ntemplate one for GitLab, and the help of each variable one for Jenkins.\n\nThe output \`gate-reports\` is \`gate-reports\` on GitHub, \`HARBOR_PILOT_OUTPUT_GATE_REPORTS\` in later jobs of GitLab, \`gateReports\` in\nthe map that a variable of Jenkins gives back, and a line on standard output in a terminal; \`--json\` prints all of them as JSON.\nGitLab takes no values of several lines, and no more than 5 KB of outputs from a job: what does not fit is\nleft out, and a warning says so.\n\n${parts.join('\n')}`;
}

function errorsPage(): string {
  const codes = (Object.keys(errorFamilies) as ErrorCode[]).sort(
    (a, b) => exitCodeOf(a) - exitCodeOf(b) || a.localeCompare(b, 'en'),
  );
  const rows = codes.map(
    (code) => `| \`${code}\` | ${exitCodeOf(code)} | ${errorFamilies[code]} | ${errorTitles[code]} |`,
  );
  return `<!-- ${generatedNotice} -->\n# Errors\n\nEvery error has a code from this table, a message with the facts, and a hint. The exit code of the process is that of\nthe family. A retry may help with 4 (infrastructure) and 8 (no verdict). 129, 130 and 143 mean interrupted, with\nclean-up done; where that takes too long, a warning says so.\n\n| Code | Exit code | Family | Meaning |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}

/** The table of steps for the README. */
export function stepsTable(steps: readonly Step[]): string {
  const rows = steps.map((step) => {
    return `| [\`${step.name}\`](docs/steps.md#${step.name}) | ${step.summary} | \`actions/${step.name}\` | \`${step.name}\` | \`${jenkinsName(step)}\` |`;
  });
  return ['| Step | What it does | GitHub | GitLab | Jenkins |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}
