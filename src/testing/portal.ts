import { type Operation, operations } from "../sdk/operations.ts";
import { misbehave } from "./faults.ts";
import { type Quirks, withDefaults } from "./quirks.ts";
import { routes } from "./routes/index.ts";
import { type Makers, State } from "./state.ts";
import type { Fault } from "./types.ts";

export { ConnectionReset } from "./faults.ts";
export type { Quirks } from "./quirks.ts";
export type { Fault } from "./types.ts";

/** What the portal can be asked for: the operations of the library, by the same names. */
export type Step = Operation;

/** The name of a request, as the library's table of operations has its method and path. */
export function stepOf(method: string, pathname: string): Step | undefined {
  return steps.find((step) => step.method === method && step.path.test(pathname))?.name;
}
const steps = Object.entries(operations).map(([name, { method, path }]) => ({
  name: name as Step,
  method,
  path: new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`),
}));

export interface LoggedRequest {
  step: Step | undefined;
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: string;
  status: number | undefined;
  startedAt: number;
  endedAt: number | undefined;
}

/** A whole account service in memory: one fetch handler, a log of what it was asked, and faults on demand. */
export class Portal extends State {
  readonly requests: LoggedRequest[] = [];
  /** Called when a request has come, before it is answered. */
  onArrival: ((step: Step | undefined) => void) | undefined;
  /** Called when a request has been answered. */
  onRequest: ((request: LoggedRequest) => void) | undefined;
  /** Called with what the service itself answers, before a fault spoils it. */
  onAnswer: ((request: Request, response: Response) => void) | undefined;
  readonly #app = routes(this);
  #faults: { step: Step | "any"; fault: Fault; times: number }[] = [];

  /** Makes a step go wrong, the next `times` times. */
  fault(step: Step | "any", fault: Fault, times = Number.POSITIVE_INFINITY): void {
    this.#faults.push({ step, fault, times });
  }

  clearFaults(): void {
    this.#faults = [];
  }

  /** The steps that were asked for, in order. */
  steps(): (Step | undefined)[] {
    return this.requests.map(({ step }) => step);
  }

  liveKeys(email: string): { uuid: string; name: string }[] {
    return [...this.get(email).keys];
  }

  /** Answers a request. @throws {ConnectionReset} when the connection is to drop instead */
  fetch = async (request: Request): Promise<Response> => {
    const { pathname, searchParams } = new URL(request.url);
    const step = stepOf(request.method, pathname);
    const logged: LoggedRequest = {
      step,
      method: request.method,
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: Object.fromEntries(request.headers),
      body: await request.clone().text(),
      status: undefined,
      startedAt: performance.now(),
      endedAt: undefined,
    };
    this.requests.push(logged);
    this.onArrival?.(step);
    try {
      const active = this.#faults.find(
        (entry) => entry.times > 0 && (entry.step === step || entry.step === "any"),
      );
      if (active) active.times--;
      const act = async () => {
        const response = await this.#app.fetch(request);
        this.onAnswer?.(request, response.clone());
        return response;
      };
      const response = active ? await misbehave(active.fault, request, act) : await act();
      logged.status = response.status;
      const headers = new Headers(response.headers);
      headers.set("date", new Date(this.now()).toUTCString());
      return new Response(response.body, { status: response.status, headers });
    } finally {
      logged.endedAt = performance.now();
      this.onRequest?.(logged);
    }
  };
}

export function createPortal(
  options: { quirks?: Partial<Quirks>; clock?: () => number; makers?: Partial<Makers> } = {},
): Portal {
  return new Portal(withDefaults(options.quirks), options.clock ?? Date.now, options.makers ?? {});
}
