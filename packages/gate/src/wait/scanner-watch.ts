import { PilotError } from '@harbor-pilot/core';
import type { Harbor, ProjectScanner } from '@harbor-pilot/harbor';
import type { ScannerHealth } from './next-move.ts';
import { isPassing } from './passing.ts';

/** Harbor looks at its scanners every half minute. */
const intervalSeconds = 15;

/** Asks how a project's scanner is, now and then; of a whole wait, and only when there is a reason to. */
export class ScannerWatch {
  readonly #harbor: Harbor;
  readonly #project: string;
  #health: ScannerHealth = 'unknown';
  #name: string | undefined;
  #makesSboms: boolean | undefined;
  #dueSeconds = 0;

  constructor(harbor: Harbor, project: string) {
    this.#harbor = harbor;
    this.#project = project;
  }

  get health(): ScannerHealth {
    return this.#health;
  }

  /** As it is registered; undefined as long as nobody has told. */
  get name(): string | undefined {
    return this.#name;
  }

  /** undefined as long as nobody has told. */
  get makesSboms(): boolean | undefined {
    return this.#makesSboms;
  }

  /** Looks, unless it has just done so. Gives back whether it has asked Harbor. */
  async look(elapsedSeconds: number): Promise<boolean> {
    if (elapsedSeconds < this.#dueSeconds) return false;
    this.#dueSeconds = elapsedSeconds + intervalSeconds;
    try {
      const scanner = await this.#harbor.projectScanner(this.#project);
      this.#health = healthOf(scanner);
      this.#name = scanner?.name;
      this.#makesSboms = scanner?.makesSboms;
    } catch (error) {
      this.#health = 'unknown';
      if (error instanceof PilotError && error.code === 'AUTH_DENIED') this.#dueSeconds = Number.POSITIVE_INFINITY;
      else if (!isPassing(error)) throw error;
    }
    return true;
  }
}

/** How a scanner is; one that is switched off is none. */
export function healthOf(scanner: ProjectScanner | undefined): ScannerHealth {
  if (scanner === undefined || scanner.isDisabled) return 'none';
  return scanner.isHealthy ? 'healthy' : 'unhealthy';
}
