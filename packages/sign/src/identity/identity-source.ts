import { type Clock, registerSecret } from '@harbor-pilot/core';
import { hasTimeLeft, secretsOf } from './identity-hints.ts';
import { type IdentityToken, type IdentityTokenRules, parseIdentityToken } from './identity-token.ts';

/** Where identity tokens come from. */
export interface IdentitySource {
  /** For people: `GitHub Actions`, `the variable SIGSTORE_ID_TOKEN`. */
  readonly origin: string;
  /**
   * A token that was checked. It is kept, and read anew when it nears its end.
   * @throws PilotError IDENTITY_TOKEN_INVALID, and what reading it throws.
   */
  token(signal: AbortSignal | undefined): Promise<IdentityToken>;
}

/** What an identity source is made of. */
export interface IdentitySourceOptions extends Omit<IdentityTokenRules, 'now'> {
  readonly read: (signal: AbortSignal | undefined) => Promise<string>;
  readonly clock: Clock;
  /** Hides a value in the output of the CI. */
  readonly mask: (secret: string) => void;
}

/** Makes a source of identity tokens of something that reads their text. */
export function createIdentitySource(options: IdentitySourceOptions): IdentitySource {
  const { origin, audience, hint, clock } = options;
  let last: IdentityToken | undefined;
  return {
    origin,
    token: async (signal) => {
      if (last !== undefined && hasTimeLeft(last, clock.now())) return last;
      const text = await options.read(signal);
      for (const secret of secretsOf(text)) {
        registerSecret(secret);
        options.mask(secret);
      }
      last = parseIdentityToken(text, { origin, audience, hint, now: clock.now() });
      return last;
    },
  };
}
