/** What goes wrong with one request. Bytes are counted in the body of the side that is named. */
export type Fault =
  /** The proxy answers in the place of the server: 429, 502, 401 in mid upload, a redirect. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      /** Answers before the body of the request has come, as a server does that refuses by the headers alone. */
      readonly isEarly?: boolean;
    }
  /** The connection is reset when so many bytes have passed; those before are delivered. */
  | { readonly kind: 'reset'; readonly side: Side; readonly afterBytes: number }
  /** No byte passes any more, and the connection stays open. */
  | { readonly kind: 'stall'; readonly side: Side; readonly afterBytes: number }
  /** The byte at this place is changed. */
  | { readonly kind: 'corrupt'; readonly side: Side; readonly afterBytes: number }
  /** The answer ends early, in good order (FIN, not RST). */
  | { readonly kind: 'truncate'; readonly afterBytes: number }
  /** The server has done what it was asked for, but not a byte of its answer arrives; `isSilent` leaves the connection open. */
  | { readonly kind: 'lose-answer'; readonly isSilent?: boolean }
  /** The answer's body comes in pieces of one byte. */
  | { readonly kind: 'trickle'; readonly bytesPerSecond: number }
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** Status or headers of the answer are changed; a header that is undefined is left out. */
  | {
      readonly kind: 'rewrite';
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string | undefined>>;
    };

/** The direction that a body goes: to the server or back. */
type Side = 'request' | 'answer';

/** One request as the proxy saw it. */
export interface ProxiedRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Bytes of its body that have come so far. */
  receivedBytes: number;
}

/** A fault and the requests that it befalls. */
export interface FaultRule {
  readonly fault: Fault;
  /** Any when absent. */
  readonly method?: string;
  /** Matched against path and query; any when absent. */
  readonly path?: RegExp;
  /** Requests that match and are let through before; 0 when absent. */
  readonly skip?: number;
  /** Requests that it befalls; 1 when absent. */
  readonly times?: number;
  /** Called as it happens, before anything is done about the request: another job may act here. */
  readonly before?: (request: ProxiedRequest) => Promise<void>;
}

/** Rules in the order of their arrival; the first that matches a request is used up by it. */
export interface FaultScript {
  add(rule: FaultRule): void;
  clear(): void;
  /** The rule for a request, or undefined when nothing befalls it. */
  take(request: ProxiedRequest): FaultRule | undefined;
}

/** Makes a script without rules. */
export function createFaultScript(): FaultScript {
  let rules: { readonly rule: FaultRule; matched: number }[] = [];
  return {
    add: (rule) => {
      rules.push({ rule, matched: 0 });
    },
    clear: () => {
      rules = [];
    },
    take: (request) => {
      for (const entry of rules) {
        const { method, path, skip = 0, times = 1 } = entry.rule;
        if ((method ?? request.method) !== request.method || path?.test(request.path) === false) continue;
        if (entry.matched >= skip + times) continue;
        entry.matched += 1;
        if (entry.matched > skip) return entry.rule;
      }
      return undefined;
    },
  };
}
