/** All kinds of robot accounts that are made for jobs, the one with the fewest rights first. */
export const robotPresets = ['pull', 'push', 'push+scan+sign', 'deploy'] as const;

/** Kind of a robot account that is made for a job. */
export type RobotPreset = (typeof robotPresets)[number];
