import type { Context } from "hono";
import { Refusal } from "./answers.ts";

const MIN_PASSWORD_CHARACTERS = 8;
/** bcrypt takes no more. */
const MAX_PASSWORD_BYTES = 72;
const CODE_CHARACTERS = 6;

type Rule = "email" | "password" | "code" | "required" | "optional";

/** What the server says of a value, or nothing when it takes it. */
const problems: Record<Rule, (value: string) => string | undefined> = {
  email: (value) => (/^[^\s@]+@[^\s@]+$/.test(value) ? undefined : "must be a valid email"),
  password: (value) =>
    [...value].length < MIN_PASSWORD_CHARACTERS
      ? `string must contain at least ${MIN_PASSWORD_CHARACTERS} character(s)`
      : undefined,
  code: (value) =>
    value.length === CODE_CHARACTERS ? undefined : `string must be exactly ${CODE_CHARACTERS} character(s)`,
  required: (value) => (value === "" ? "string must contain at least 1 character(s)" : undefined),
  optional: () => undefined,
};

/** The server's own name of a field: `first_name` is `FirstName`, `otp` is `OTP`. */
const serverName = (name: string): string =>
  name === "otp" ? "OTP" : name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

/**
 * The fields of a request's body, `""` where one is missing.
 * @throws {Refusal} 422 with every field that breaks its rule; 400 and 500 for a body that is no JSON object
 */
export async function readFields<Name extends string>(
  context: Context,
  rules: Record<Name, Rule>,
): Promise<Record<Name, string>> {
  const body = await readBody(context);
  const values = {} as Record<Name, string>;
  const wrong: Record<string, string> = {};
  for (const [name, rule] of Object.entries(rules) as [Name, Rule][]) {
    const value = body[name] ?? "";
    const field = serverName(name);
    if (typeof value !== "string") {
      throw new Refusal(
        400,
        "Error",
        `json: cannot unmarshal ${typeof value} into field ${field} of type string`,
      );
    }
    values[name] = value;
    const problem =
      value === "" && rule !== "optional" && rule !== "required" ? "is required" : problems[rule](value);
    if (problem) wrong[field] = `${field}: ${problem}`;
  }
  if (Object.keys(wrong).length > 0) {
    throw new Refusal(422, "ValidationError", "validation failed", { fields: wrong });
  }
  return values;
}

/** @throws {Refusal} 500 for a password that cannot be hashed */
export function requireHashable(password: string): void {
  if (new TextEncoder().encode(password).length <= MAX_PASSWORD_BYTES) return;
  throw new Refusal(500, "HashingFailed", "An error occurred while hashing the password.", {
    cause: "bcrypt: password length exceeds 72 bytes",
  });
}

/** A body that is empty, or a form, is one without fields. */
async function readBody(context: Context): Promise<Record<string, unknown>> {
  const text = await context.req.text();
  if (text === "") return {};
  const type = (context.req.header("content-type") ?? "").split(";", 1)[0];
  if (type === "application/x-www-form-urlencoded") return {};
  if (type !== "application/json") throw new Refusal(500, "Error", "Unsupported Media Type");
  const value = parse(text);
  if (value === null) return {};
  if (typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Refusal(400, "Error", `json: cannot unmarshal ${Array.isArray(value) ? "array" : typeof value}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What breaks off is a failure to read for the server; what is wrong in its midst is the client's mistake.
    if (!/[}\]]\s*$/.test(text)) throw new Refusal(500, "Error", "unexpected EOF");
    throw new Refusal(400, "Error", "Syntax error: invalid character looking for beginning of value");
  }
}
