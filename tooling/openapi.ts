import { Validator } from "@cfworker/json-schema";
import { openapi } from "../src/testing/openapi.ts";
import { schema } from "../src/testing/openapi-schemas.ts";
import type { Portal } from "../src/testing/portal.ts";

/**
 * Holds every answer of a portal's own against its description.
 * @returns to be awaited after the last request: throws what was not as described since it was last called
 */
export function checkAnswers(portal: Portal): () => Promise<void> {
  let checks: Promise<string[]>[] = [];
  portal.onAnswer = (request, response) => checks.push(problemsOf(request, response));
  return async () => {
    const problems = (await Promise.all(checks)).flat();
    checks = [];
    if (problems.length > 0) throw new Error(`not as src/testing/openapi.ts has it:\n${problems.join("\n")}`);
  };
}

const paths = Object.entries(openapi.paths).map(([path, methods]) => ({
  pattern: new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]*")}$`),
  methods,
}));

/** What is wrong with an answer, each with the request that got it. */
export async function problemsOf(request: Request, response: Response): Promise<string[]> {
  const { pathname } = new URL(request.url);
  const { status, headers } = response;
  const found = (problem: string) => `${request.method} ${pathname} ${status}: ${problem}`;
  const operation = paths.find(({ pattern }) => pattern.test(pathname))?.methods[
    request.method.toLowerCase()
  ];
  const isUnknown = operation === undefined && [404, 405].includes(status);
  const described = isUnknown ? unknown : operation?.responses[status];
  if (!described) return [found("this status is not described")];

  const problems: string[] = [];
  for (const [name, { required, schema }] of Object.entries(described.headers ?? {})) {
    const value = headers.get(name);
    if (value === null ? required : !matches(schema, value)) problems.push(found(`${name}: ${value}`));
  }
  const body = await response.text();
  const [type = ""] = (headers.get("content-type") ?? "").split(";");
  const content = described.content?.[type];
  if (described.content ? !content : body !== "") problems.push(found(`a body of type "${type}"`));
  if (content && !matches(content.schema, type === "application/json" ? JSON.parse(body) : body))
    problems.push(found(`the body ${body.slice(0, 200)}`));
  return problems;
}

const refusal = schema("Refusal");
const unknown: (typeof openapi.paths)[string][string]["responses"][string] = {
  description: "Refused by the web framework",
  content: {
    "application/json": { schema: refusal },
    "text/plain": { schema: { type: "string" } },
    "text/html": { schema: { type: "string" } },
  },
};

const { components } = openapi;
const validators = new Map<object, Validator>();

function matches(of: object, value: unknown): boolean {
  const validator = validators.get(of) ?? new Validator({ ...of, components }, "2020-12");
  validators.set(of, validator);
  return validator.validate(value).valid;
}
