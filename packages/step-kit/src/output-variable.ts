import { environmentName, kebabName } from './input-names.ts';

/**
 * `digest` → `HARBOR_PILOT_OUTPUT_DIGEST`: the variable of an output in later jobs of GitLab. Not the name of an input: a
 * variable from a dotenv report wins over those of the later job (GitLab CI/CD variable precedence), and the digest of one
 * job would be that of each job after it.
 */
export function outputVariable(name: string): string {
  return environmentName(`output-${kebabName(name)}`);
}
