/** Programs that use the library in each way; where they must not compile, they say so. */
export const sources = {
  "module.mts": `import { type ApiKey, isApiError, Pinner } from "pinner";
import { createPortal, handlers } from "pinner/testing";

export async function names(token: string): Promise<string[]> {
  const portal = createPortal();
  handlers(portal);
  // What a program has not been told, it may pass on.
  const untold = undefined;
  portal.addAccount({ email: "a@b", password: "c", firstName: untold, verified: untold, otp: untold });
  portal.fault("any", { kind: "status", status: 429, act: untold, headers: untold, body: untold }, untold);
  const pinner = new Pinner({ token, timeout: 5_000, headers: { "x-job": "ci" }, fetch: portal.fetch });
  const keys: ApiKey[] = await pinner.listKeys({ search: "x", maxRetries: 1 });
  for await (const key of pinner.keys()) keys.push(key);
  const result = await pinner.login({ email: "a@b", password: "c", remember: untold }).catch((error: unknown) => {
    if (isApiError(error)) return error.status;
    throw error;
  });
  await pinner.updateProfile({ firstName: untold, lastName: untold }, { signal: untold, timeout: untold });
  if (typeof result === "object" && result.status === "otp_required") result.otpToken.trim();
  // @ts-expect-error: there is no such method
  pinner.nothing();
  // @ts-expect-error: a name is a text
  await pinner.createKey(5);
  // @ts-expect-error: a time is a number
  portal.advance("1");
  return keys.map(({ name }) => name);
}
`,
  "required.cts": `import { isApiError, Pinner } from "pinner";
import { createPortal } from "pinner/testing";

export const client = (token: string) => new Pinner({ token, fetch: createPortal().fetch });
export const isRefused = (error: unknown) => isApiError(error) && error.status === 401;
`,
  "imported.cts": `export async function names(token: string): Promise<string[]> {
  const { Pinner } = await import("pinner");
  const { createPortal } = await import("pinner/testing");
  const keys = await new Pinner({ token, fetch: createPortal().fetch }).listKeys();
  // @ts-expect-error: a name is a text
  return [5, ...keys.map(({ name }) => name)];
}
`,
  "typed.cts": `import type { Pinner } from "pinner";

export const names = async (pinner: Pinner): Promise<string[]> => (await pinner.listKeys()).map(({ name }) => name);
// What import() gives has declarations of its own.
export const own = async (token: string) => names(new (await import("pinner")).Pinner({ token }));
// @ts-expect-error: there is no such method
export const nothing = (pinner: Pinner) => pinner.nothing();
`,
  "runtime.mts": `import { type CallOptions, type FetchFunction, Pinner } from "pinner";
import { createPortal } from "pinner/testing";

const portal = createPortal();
export const options: CallOptions = { signal: AbortSignal.timeout(5_000) };
options.signal?.throwIfAborted();
const own: FetchFunction = async (input, init) => {
  init?.signal?.throwIfAborted();
  return new Response(String(input));
};
export const clients = [
  new Pinner({ fetch, headers: new Headers() }),
  new Pinner({ fetch: (input, init) => fetch(input, init), headers: [["x-job", "ci"]] }),
  new Pinner({ fetch: own, headers: { "x-job": "ci" } }),
];
export const answer: Response = await portal.fetch(new Request(portal.endpoint), { method: "POST" });
// @ts-expect-error: a signal is no text
options.signal = "now";
// @ts-expect-error: what sends requests is a function
new Pinner({ fetch: 5 });
// @ts-expect-error: headers are no number
new Pinner({ headers: 5 });
`,
};
