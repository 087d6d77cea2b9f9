import { type Clock, registerSecret } from '@harbor-pilot/core';
import { type IdentityToken, type IdentityTokenRules, isTokenText, parseIdentityToken } from './identity-token.ts';

/** Where identity tokens come from. */
export interface IdentitySource {
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

/** What is to be hidden of a token: the whole, and the signature without which the rest is worth nothing. Any other text is no secret of ours. */
function secretsOf(text: string): readonly string[] {
  const token = text.trim();
  return isTokenText(token) ? [token, token.slice(token.lastIndexOf('.') + 1)] : [];
}

/** Whether a token can still be used for some time. */
function hasTimeLeft({ expiresAt }: IdentityToken, now: Date): boolean {
  return expiresAt.getTime() - now.getTime() > 30_000;
}
