import type { InputDeclarations, OutputDeclarations } from '@harbor-pilot/step-kit';
import { commonInputs } from '../common.ts';

const { image: _, ...connection } = commonInputs;

/** All inputs of the command `robots rotate`. */
export const rotateRobotInputs = {
  ...connection,
  registry: { ...connection.registry, description: 'Host of Harbor.', required: true },
  username: { ...connection.username, description: 'An account that may make and delete robot accounts.' },
  robot: {
    kind: 'text',
    description:
      'The robot account by its full name, as Harbor shows it, `robot$project+name`; its successors have `-a` and `-b` after its name, in turn.',
    required: true,
  },
  out: {
    kind: 'text',
    description: 'File for the new name and secret, for nobody else to read (mode 0600). They are printed nowhere.',
    required: true,
  },
  format: {
    kind: 'choice',
    description: 'What is written: lines for a shell, or JSON.',
    choices: ['env', 'json'],
    default: 'env',
  },
  everyDays: {
    kind: 'number',
    description: 'Do nothing while the account is younger than that.',
    least: 0,
    most: 9999,
    isWhole: true,
    default: 0,
  },
  overlap: {
    kind: 'duration',
    description: 'How long the account before stays good beside its successor; a later run deletes it.',
    default: 24 * 3600,
  },
  inPlace: {
    kind: 'boolean',
    description: 'Give the account itself a new secret; the old one ends at once. Only a user may, no robot account.',
    default: false,
  },
} as const satisfies InputDeclarations;

/** All outputs of the command `robots rotate`. */
export const rotateRobotOutputs = {
  username: { description: 'Name of the account that is the one to use now.' },
  rotated: { description: '`true` when it is new, or its secret is.' },
} as const satisfies OutputDeclarations;
