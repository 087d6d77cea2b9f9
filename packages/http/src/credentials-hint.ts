import { type Credentials, isRobot } from './basic.ts';
import { mangledRobotHint } from './mangled-robot.ts';

/** What to do when Harbor or another registry refuses credentials: what often goes wrong with them in CI comes first. */
export function credentialsHint({ username, password }: Credentials): string {
  if (password !== password.trim()) {
    return (
      'The password begins or ends with a space or a line break: take that out of the secret (printf, not echo, makes a ' +
      'file without a line break).'
    );
  }
  const mangled = mangledRobotHint(username);
  if (mangled !== undefined) return mangled;
  if (isRobot({ username, password })) {
    return (
      'See in Harbor (Robot Accounts) whether it is disabled or has expired, and whether the secret is its last one: ' +
      'Harbor answers the same to all three.'
    );
  }
  return 'Check user name and password. Harbor locks a user name for a moment after a wrong password.';
}
