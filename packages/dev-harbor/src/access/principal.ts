import type { Robot } from '../store/robots.ts';
import type { User } from '../store/users.ts';

/** What a token allows in one repository or in the catalog. */
export interface TokenAccess {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

/** What a scanner may do in repositories of the project of its task; the second exempts it from the pull policies. */
export const scannerActions: readonly string[] = ['pull', 'scanner-pull'];

/** Who sends a request. */
export type Principal =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly user: User }
  | { readonly kind: 'robot'; readonly robot: Robot }
  /** The bearer of a token of this server's token service. */
  | {
      readonly kind: 'token';
      /** Empty when it was given to nobody. */
      readonly subject: string;
      readonly access: readonly TokenAccess[];
      /** Seconds since 1970. */
      readonly issuedAt: number;
    }
  /** The scanner adapter, with the credentials it got with its task. */
  | { readonly kind: 'scanner'; readonly name: string; readonly repository: string };

/** Whether it is known who sends a request. A token may have been given to nobody. */
export function isSignedIn(principal: Principal): boolean {
  return principal.kind === 'token' ? principal.subject !== '' : principal.kind !== 'anonymous';
}

/** The name that is shown in answers and in the audit log. */
export function nameOf(principal: Principal): string {
  switch (principal.kind) {
    case 'user':
      return principal.user.username;
    case 'robot':
      return principal.robot.name;
    case 'token':
      return principal.subject || 'anonymous';
    case 'scanner':
      return principal.name;
    case 'anonymous':
      return 'anonymous';
  }
}
