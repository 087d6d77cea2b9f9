import type { InputDeclarations } from '@harbor-pilot/step-kit';

/** The account that makes robot accounts, and deletes them. */
export const brokerInputs = {
  brokerUsername: {
    kind: 'text',
    description:
      'A user or robot account that may make robot accounts. With it the job gets a robot account of its own, and no later step sees the one that made it.',
    config: 'login.broker-username',
  },
  brokerPassword: {
    kind: 'secret',
    description: 'Password of the account that makes robot accounts. It is kept nowhere.',
  },
} as const satisfies InputDeclarations;
