/** What a failed image pull means. */
export interface PullAdvice {
  /** Whether waiting cannot help. */
  readonly lasting: boolean;
  /** What the user can do. */
  readonly hint: string;
}

interface AdviceRow extends PullAdvice {
  readonly pattern: RegExp;
}

const row = (pattern: RegExp, lasting: boolean, hint: string): AdviceRow => ({ pattern, lasting, hint });

// The first row that fits counts: a missing platform also says "not found", and a failed token request may say both 401
// and "authorization". Texts of Harbor 2.12 to 2.15, containerd 1.7 and 2.x, CRI-O 1.3x.
const rows: readonly AdviceRow[] = [
  row(
    /no match for platform|no image found in (?:manifest list|image index)|exec format error|does not match the specified platform/i,
    true,
    'The image has no variant for the architecture of the node. Build it for that platform too, or keep the pods on other nodes with a nodeSelector.',
  ),
  row(
    /cannot be pulled due to configured policy|vulnerabilit/i,
    true,
    'The Harbor project refuses to give out images with vulnerabilities of this severity. Fix them, allow them in the CVE allowlist, or change the policy of the project.',
  ),
  row(/not signed by/i, true, 'The Harbor project gives out signed images only. Sign this digest before the rollout.'),
  row(
    /\b412\b|precondition failed|PROJECTPOLICYVIOLATION/i,
    true,
    'A policy of the Harbor project refuses to give out this image (vulnerabilities, or a missing signature). Open the artifact in Harbor to see which.',
  ),
  row(
    /x509|certificate/i,
    true,
    'The node does not trust the certificate of the registry. Install its CA on the nodes (containerd: certs.d/HOST/hosts.toml).',
  ),
  row(
    /\b401\b|\b403\b|unauthori[sz]ed|forbidden|insufficient_scope|pull access denied|no basic auth credentials|authorization failed|denied/i,
    true,
    'The registry does not let the node pull. Check the pull secret of the pod: its registry host, and that the robot account exists, is not expired and may pull from the project.',
  ),
  row(
    /\b404\b|not found|manifest unknown|name unknown/i,
    true,
    'The registry has no such image. Check the repository, and whether a retention or garbage collection removed the digest.',
  ),
  row(
    /\b429\b|too many requests|toomanyrequests/i,
    false,
    'The registry limits the rate of requests. Wait, or raise the limit for the nodes.',
  ),
  row(
    /no such host|connection refused|i\/o timeout|deadline exceeded|no route to host|network is unreachable/i,
    false,
    'The node cannot reach the registry. Check name resolution, firewall and proxy of the nodes.',
  ),
];

// Quoted texts, addresses and images: a repository may be called `shop/certificates`. Not the "i/o" of a timeout.
const names = /"[^"]*"|\S+\/\S{2,}/g;

/** What the message of a failed pull means for someone who uses Harbor, or undefined when it says nothing known. */
export function pullAdvice(message: string): PullAdvice | undefined {
  const told = message.replace(names, '');
  return rows.find(({ pattern }) => pattern.test(told));
}
