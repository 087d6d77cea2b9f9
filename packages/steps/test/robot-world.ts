import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '@harbor-pilot/core';
import { startDevHarbor } from '@harbor-pilot/dev-harbor';
import { createHarbor, type Harbor, type RobotAccess } from '@harbor-pilot/harbor';
import { createHttp } from '@harbor-pilot/http';
import type { Step } from '@harbor-pilot/step-kit';
import { executeStep } from '../src/index.ts';
import { type CapturedRuntime, captureRuntime } from './runtime.ts';

/** What a job left for its end, besides what it said. */
export interface Job extends CapturedRuntime {
  readonly logouts: Readonly<Record<string, string>>[];
}

/** An embedded Harbor with two projects, and jobs that run in a folder. */
export interface RobotWorld {
  readonly host: string;
  readonly folder: string;
  readonly caCertificate: string;
  readonly administrator: { readonly username: string; readonly password: string };
  readonly harbor: Harbor;
  /** Moves Harbor's clock. */
  later(hours: number): void;
  /** What time it is for Harbor. */
  now(): Date;
  /** A user or robot account as the inputs of a broker. */
  brokerInputs(account?: { readonly username: string; readonly password: string }): Record<string, string>;
  robot(access: readonly RobotAccess[], project?: string): Promise<{ username: string; password: string }>;
  job(name: Job['name'], environment?: Record<string, string>): Job;
  run(step: Step<never, never> | object, inputs: Readonly<Record<string, string>>, job: Job): Promise<Job>;
  close(): Promise<void>;
}

/** Time runs faster for a job, so that nobody waits for the next look at a scan. */
const speed = 20;
const begin = Date.now();
const quickClock: Clock = {
  now: () => new Date(begin + (Date.now() - begin) * speed),
  sleep: (milliseconds, signal) => systemClock.sleep(milliseconds / speed, signal),
};

/** Starts it. */
export async function startRobotWorld(): Promise<RobotWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'robots-'));
  let movedMilliseconds = 0;
  const clock: Clock = { now: () => new Date(Date.now() + movedMilliseconds), sleep: async () => undefined };
  const running = await startDevHarbor({ dataDirectory: join(folder, 'harbor'), clock });
  const { host, caCertificate, username, password } = running;
  const http = createHttp({ trust: { [host]: { caCertificate } } });
  const harbor = createHarbor({ http, host, credentials: { username, password } });
  for (const project of ['shop', 'base']) await harbor.ensureProject(project);
  let count = 0;
  return {
    host,
    folder,
    caCertificate,
    administrator: { username, password },
    harbor,
    now: clock.now,
    later: (hours) => {
      movedMilliseconds += hours * 3_600_000;
    },
    brokerInputs: (account = { username, password }) => ({
      registry: host,
      'ca-certificate': caCertificate,
      'broker-username': account.username,
      'broker-password': account.password,
    }),
    robot: async (access, project = 'shop') => {
      count += 1;
      const made = await harbor.createRobot({ name: `made-${count}`, project, durationDays: 7, access });
      return { username: made.name, password: made.secret };
    },
    job: (name, environment = {}) => {
      const logouts: Job['logouts'] = [];
      const runtime = captureRuntime(folder, { RUNNER_TEMP: folder, ...environment });
      return { ...runtime, name, clock: quickClock, logOutAfterJob: (inputs) => void logouts.push(inputs), logouts };
    },
    run: async (step, inputs, job) => {
      try {
        await executeStep(step as Step, job, [(name) => inputs[name]]);
      } finally {
        await job.end();
      }
      return job;
    },
    close: async () => {
      http.close();
      await running.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
