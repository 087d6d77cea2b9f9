/**
 * Variables of ours that give no input, so that none of them is taken for a mistyped one. Programs that users run take the
 * names from here; those of our own tests and scripts are listed.
 */
export const otherVariables = {
  /** What GitLab's templates run. */
  command: 'HARBOR_PILOT_COMMAND',
  /** Where the library of Jenkins wants outputs or error. */
  resultFile: 'HARBOR_PILOT_RESULT_FILE',
  pkcs12Password: 'HARBOR_PILOT_PKCS12_PASSWORD',
  demoRegistry: 'HARBOR_PILOT_DEMO_REGISTRY',
  demoKubeconfig: 'HARBOR_PILOT_DEMO_KUBECONFIG',
  peers: 'HARBOR_PILOT_PEERS',
  peersFolder: 'HARBOR_PILOT_PEERS_DIR',
  testUrl: 'HARBOR_PILOT_TEST_URL',
  testUsername: 'HARBOR_PILOT_TEST_USERNAME',
  testPassword: 'HARBOR_PILOT_TEST_PASSWORD',
  testAuthority: 'HARBOR_PILOT_TEST_CA',
  testWorkspace: 'HARBOR_PILOT_TEST_WORKSPACE',
  testCredentials: 'HARBOR_PILOT_TEST_CREDENTIALS',
  testResult: 'HARBOR_PILOT_TEST_RESULT',
  testTag: 'HARBOR_PILOT_TEST_TAG',
} as const;
