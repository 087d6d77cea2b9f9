import type { GateReportFormat } from '@harbor-pilot/report';
import type { InputDeclarations, OutputDeclarations } from '@harbor-pilot/step-kit';
import { commonInputs, digestInputs, recordInputs } from '../common.ts';

/** All formats of reports; the package that writes them is loaded only where there is something to write. */
const reportFormats = [
  'html',
  'markdown',
  'json',
  'sarif',
  'junit',
  'gitlab-container-scanning',
  'gitlab-code-quality',
  'csv',
] as const satisfies readonly GateReportFormat[];

/** The policy of the gate, what is judged, and where the reports go. */
export const gateInputs = {
  severityCutoff: {
    kind: 'choice',
    choices: ['critical', 'high', 'medium', 'low', 'negligible', 'none'],
    // A list of severities is what trivy-action takes; all of them are those that count.
    lastOf: { besides: ['unknown'] },
    description:
      'The lowest severity that refuses the image; `none` only reports. Of several, with commas between, the lowest counts.',
    default: 'high',
    aliases: ['severity', 'minSeverity'],
    config: 'scan-gate.severity-cutoff',
  },
  onlyFixed: {
    kind: 'boolean',
    description: 'Count only vulnerabilities for which there is a fixed version.',
    default: false,
    aliases: ['ignoreUnfixed', 'fixableOnly'],
    config: 'scan-gate.only-fixed',
  },
  onlyNew: {
    kind: 'boolean',
    description: 'Count only vulnerabilities that the baseline does not have.',
    default: false,
    config: 'scan-gate.only-new',
  },
  baseline: {
    kind: 'text',
    description:
      'What the image is compared with: a tag of the same repository, such as the release before; another image of this Harbor, `base/app:1`; a digest; in a release `deployed`, what the cluster has; or `./report.json`, a report of an earlier run or of a scanner.',
    config: 'scan-gate.baseline',
  },
  requireSbom: {
    kind: 'boolean',
    description:
      'Want a bill of materials (SBOM) of each image in Harbor: it is made where there is none, and without one there is no verdict.',
    default: false,
    config: 'scan-gate.require-sbom',
  },
  exceptionFiles: {
    kind: 'list',
    description:
      'Files with exceptions: `.trivyignore`, `.trivyignore.yaml`, OpenVEX, CycloneDX VEX. Without it `.trivyignore` and `.trivyignore.yaml` are read where they are there.',
    aliases: ['trivyignores', 'vex'],
    config: 'scan-gate.exception-files',
  },
  scanSource: {
    kind: 'choice',
    choices: ['harbor', 'file', 'trivy', 'grype'],
    description:
      "Who says what is in the image: Harbor's own scan, report files of a scanner, or a scanner that is installed where the step runs.",
    default: 'harbor',
    config: 'scan-gate.source',
  },
  scanReports: {
    kind: 'list',
    description:
      'Report files for `scan-source: file`, one for each platform: of Trivy, Grype, SARIF, or GitLab container scanning.',
    config: 'scan-gate.scan-reports',
  },
  failBuild: {
    kind: 'boolean',
    description:
      'Fail when the image is refused. With `false` the step says what would have failed. An image without a finished scan fails all the same.',
    default: true,
    aliases: ['exitCode'],
    config: 'scan-gate.fail-build',
  },
  scanTimeout: {
    kind: 'duration',
    description: 'How long to wait for the scan.',
    default: 600,
    config: 'scan-gate.timeout',
  },
  webhookAuthHeader: {
    kind: 'secret',
    description: 'The "Auth Header" of the webhook in Harbor, for `scan-gate.webhook.port` in harbor-pilot.yml.',
  },
  gateReports: {
    kind: 'text',
    description: 'Folder for the reports of the gate.',
    default: '.harbor-pilot/gate',
    config: 'scan-gate.reports',
  },
  gateFormats: {
    kind: 'list',
    choices: [...reportFormats, 'none'],
    description: 'Which reports to write; all of them when absent.',
    aliases: ['formats'],
    config: 'scan-gate.formats',
  },
  comment: {
    kind: 'boolean',
    description:
      'Say the verdict in a comment on the pull request of GitHub or the merge request of GitLab that the job is for; it is updated in place. It needs a token.',
    default: false,
    config: 'scan-gate.comment',
  },
  commentToken: {
    kind: 'secret',
    description:
      'Token that may comment. On GitHub `GITHUB_TOKEN` in the environment will do; the job token of GitLab may not comment.',
  },
} as const satisfies InputDeclarations;

/** All inputs of the step `scan-gate`. */
export const scanGateStepInputs = {
  ...commonInputs,
  image: { ...commonInputs.image, aliases: [...commonInputs.image.aliases, 'imageRef'] },
  ...digestInputs,
  ...gateInputs,
  scanSource: { ...gateInputs.scanSource, aliases: ['source'] },
  scanTimeout: { ...gateInputs.scanTimeout, aliases: ['timeout'] },
  ...recordInputs,
} as const satisfies InputDeclarations;

/** The outputs about the gate, of every step that has one. */
export const gateOutputs = {
  verdict: { description: 'Verdict of the gate, `passed` or `refused`.' },
  refusedCount: { description: 'How many vulnerabilities count against the image.' },
  gateReports: { description: 'Folder with the reports of the gate.' },
  sarif: { description: 'The SARIF report, for `upload-sarif`.' },
  junit: { description: 'The JUnit report.' },
} as const satisfies OutputDeclarations;

/** All outputs of the step `scan-gate`. */
export const scanGateStepOutputs = {
  digest: { description: 'Digest that was judged.' },
  ...gateOutputs,
} as const satisfies OutputDeclarations;
