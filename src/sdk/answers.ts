import { safeParse } from "valibot";
import { BadResponseError } from "./errors.ts";
import type { Answer, Call } from "./operations.ts";
import { inOneWay, type Schema } from "./schemas.ts";

/**
 * Checks the JSON of an answer against a schema.
 * @throws {BadResponseError} when it is not JSON, or a listed field is missing or of the wrong type.
 */
export function parse<Output>(call: Call, answer: Answer, schema: Schema<Output>): Output {
  const result = safeParse(schema(), readJson(call, answer), { abortEarly: true });
  if (result.success) return result.output;
  const field = result.issues[0].path?.map(({ key }) => String(key)).join(".");
  // valibot's own message would repeat the value that was received.
  throw bad(call, answer, `\`${field || "the body"}\` is missing or not what the API describes`);
}

/**
 * Checks that a call which has nothing to tell went well.
 * @throws {BadResponseError} for a redirect, or a body that is a page of HTML, or JSON that broke off
 */
export function expectSuccess(call: Call, answer: Answer): void {
  refuseRedirect(call, answer);
  // A proxy's login or error page with status 200 is no confirmation.
  if (/^\s*</.test(answer.text)) throw bad(call, answer, "the body is an HTML page");
  if (/^\s*[{[]/.test(answer.text)) readJson(call, answer);
}

function readJson(call: Call, answer: Answer): unknown {
  refuseRedirect(call, answer);
  try {
    return JSON.parse(answer.text, inOneWay);
  } catch {
    throw bad(call, answer, "the body is not JSON");
  }
}

function refuseRedirect(call: Call, answer: Answer): void {
  if (answer.status >= 300) throw bad(call, answer, "it is a redirect, which is never followed");
}

const bad = (call: Call, { status }: Answer, problem: string): BadResponseError =>
  new BadResponseError(call, status, problem);
