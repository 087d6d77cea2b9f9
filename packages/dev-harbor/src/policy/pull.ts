import { isIndexType } from '@harbor-pilot/oci';
import type { Harbor } from '../harbor.ts';
import { isSignatureType } from '../registry/accessory-type.ts';
import { resultOf } from '../scan/results.ts';
import type { Exchange } from '../server/exchange.ts';
import { policyViolation } from '../server/refusal.ts';
import type { Artifact } from '../store/artifacts.ts';
import type { Project } from '../store/projects.ts';
import { isOn } from './setting.ts';
import { settledSeverity, weightOf } from './severity.ts';

/**
 * Refuses to give out a manifest that a policy of its project keeps back. HEAD counts as well, and so does whoever pushed it.
 * @throws Refusal 412.
 */
export async function requirePullable(
  harbor: Harbor,
  exchange: Exchange,
  project: Project,
  artifact: Artifact,
): Promise<void> {
  if (isExempt(harbor, exchange, project, artifact)) return;
  requireSignature(harbor, project, artifact);
  await requireHarmless(harbor, project, artifact);
}

/** Scanners and signing tools get everything if they come with a token, the latter with one to push; signatures are given to all. */
function isExempt(harbor: Harbor, exchange: Exchange, project: Project, artifact: Artifact): boolean {
  const { principal } = exchange;
  const accessory = harbor.accessories.ofArtifact(artifact.id);
  if (accessory !== undefined && isSignatureType(accessory.type)) return true;
  if (principal.kind !== 'token') return false;
  if (harbor.authorizer.isScanner(principal, project)) return true;
  const agent = exchange.header('user-agent') ?? '';
  if (!/cosign|notation/.test(agent)) return false;
  return harbor.authorizer.mayInProject(principal, 'repository:push', project);
}

/** Content trust looks at the type of what hangs on exactly this artifact, and verifies nothing. */
function requireSignature(harbor: Harbor, project: Project, artifact: Artifact): void {
  const types = harbor.accessories.about(artifact.repositoryId, artifact.digest).map(({ type }) => type);
  const tools = [
    { tool: 'cosign', setting: project.metadata.enable_content_trust_cosign },
    { tool: 'notation', setting: project.metadata.enable_content_trust },
  ];
  for (const { tool, setting } of tools) {
    if (isOn(setting) && !types.includes(`signature.${tool}`))
      throw policyViolation(`The image is not signed by ${tool}.`);
  }
}

/**
 * The vulnerability policy. It fails open: without a scanner, or with one that does not answer and never scanned the
 * image (in early versions: or did), everything passes; and an index of which every image has a report passes whatever
 * they say. What hangs on an image is never scanned, and passes.
 */
async function requireHarmless(harbor: Harbor, project: Project, artifact: Artifact): Promise<void> {
  const scanner = harbor.scanJobs.scannerOf(project);
  if (!isOn(project.metadata.prevent_vul) || scanner === undefined) return;
  if (harbor.accessories.ofArtifact(artifact.id) !== undefined) return;
  const limit = capitalised(settledSeverity(project.metadata.severity));
  const because = `cannot be pulled due to configured policy in 'Prevent images with vulnerability severity of "${limit}" or higher from running.'`;
  const help = 'To continue with pull, please contact your project administrator for help.';
  const result = resultOf(harbor, scanner.uuid, artifact);
  if (result === undefined || !harbor.version.reportsOutliveScanner) {
    const isScannable = await harbor.scanJobs.scannable(scanner);
    if (!isScannable(artifact)) return;
  }
  if (result === undefined) {
    throw policyViolation(`current image without vulnerability scanning ${because} ${help}`);
  }
  if (isIndexType(artifact.manifestMediaType) && ['IMAGE', 'CNAB'].includes(artifact.type)) return;
  if (result.status !== 'Success') {
    throw policyViolation(`current image with "${result.status}" status of vulnerability scanning ${because} ${help}`);
  }
  const allowed = allowedOf(harbor, project);
  const findings = result.findings.filter(({ id }) => !allowed.has(id));
  if (!findings.some(({ severity }) => weightOf(severity) >= weightOf(limit))) return;
  throw policyViolation(
    `current image with ${findings.length} ${findings.length === 1 ? 'vulnerability' : 'vulnerabilities'} ${because} ` +
      'To continue with pull, please contact your project administrator to exempt matched vulnerabilities through configuring the CVE allowlist.',
  );
}

/** The vulnerabilities that do not count: the project's own list, or the system's, unless it has expired. */
function allowedOf(harbor: Harbor, project: Project): ReadonlySet<string> {
  const reuses = project.metadata.reuse_sys_cve_allowlist;
  const usesOwn = reuses !== undefined && !isOn(reuses);
  const list = usesOwn
    ? { items: project.allowlist, expiresAt: project.allowlistExpiresAt }
    : harbor.configuration.allowlist;
  const isOver = list.expiresAt !== null && list.expiresAt * 1000 <= harbor.clock.now().getTime();
  return new Set(isOver ? [] : list.items);
}

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
