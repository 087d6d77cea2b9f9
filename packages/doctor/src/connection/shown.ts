import type { ServerLook } from '@harbor-pilot/http';

/** What a connection showed, and when. */
export interface Shown extends ServerLook {
  readonly at: Date;
}
