/** The variable in which a CI hands over a token for Sigstore, as cosign reads it. */
export const identityVariable = 'SIGSTORE_ID_TOKEN';

/** How the user of a CI gets an identity token to the step. */
export function identityHint(ci: 'github' | 'gitlab' | 'jenkins' | 'terminal', audience: string): string {
  const forks = 'Pull and merge requests of forks get none.';
  switch (ci) {
    case 'github':
      return `Give the job "permissions: id-token: write". ${forks}`;
    case 'gitlab':
      return `Give the job "id_tokens: { ${identityVariable}: { aud: ${audience} } }", in the project that is built. ${forks}`;
    case 'jenkins':
      return `Make a credential "OpenID Connect id token" (plugin oidc-provider) with the audience ${audience}, and bind it to the variable ${identityVariable} with withCredentials.`;
    case 'terminal':
      return `Give the path of a file with a token for the audience ${audience} as the input identity-token, or env://NAME for a variable that holds one.`;
  }
}
