import type { Harbor } from '../harbor.ts';
import type { Robot } from '../store/robots.ts';

/** The name of a robot with the prefix that all of them have. */
export function shownName(harbor: Harbor, { name }: Pick<Robot, 'name'>): string {
  return `${harbor.configuration.values.robot_name_prefix}${name}`;
}

/** A robot as the API writes it. */
export function viewRobot(harbor: Harbor, robot: Robot) {
  return {
    creation_time: robot.createdAt,
    creator_ref: robot.creatorId,
    creator_type: robot.creatorType,
    ...(robot.description === '' ? {} : { description: robot.description }),
    disable: robot.isDisabled === 1,
    duration: robot.durationDays,
    editable: true,
    expires_at: robot.expiresAt,
    id: robot.id,
    level: robot.level,
    name: shownName(harbor, robot),
    permissions: robot.permissions,
    update_time: robot.updatedAt,
  };
}
