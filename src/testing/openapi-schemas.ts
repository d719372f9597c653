/** A schema of JSON Schema 2020-12, which is what OpenAPI 3.1 speaks. */
export type Schema = { [keyword: string]: unknown };

export const schema = (name: keyof typeof schemas): Schema => ({ $ref: `#/components/schemas/${name}` });

/** An object with these properties; `required` are all of them but those named as optional. */
const object = (properties: Record<string, Schema>, optional: string[] = []): Schema => ({
  type: "object",
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});
const string = { type: "string" };
const text = { type: "string", minLength: 1 };
const time = { type: "string", format: "date-time" };
const uuid = { type: "string", format: "uuid" };
/** A JWT, or the opaque key of a portal of 2024. */
const token = { type: "string", pattern: "^(ey[\\w-]+\\.ey[\\w-]+\\.[\\w-]+|[0-9a-f]{32})$" };
const reason = { type: "string", pattern: "^[A-Z][A-Za-z]+$" };

const today = object({ error: object({ reason, details: text }) });
const older = object({ error: text });
const fieldsOf = (value: Schema): Schema => ({
  ...object({ fields: { type: "object", minProperties: 1, additionalProperties: value } }),
});

export const schemas = {
  Login: object({ email: string, password: string, remember: { type: "boolean" } }, ["remember"]),
  Registration: object({ email: string, password: string, first_name: string, last_name: string }),
  Email: object({ email: string }),
  EmailToken: object({ email: string, token: string }),
  Names: object({ first_name: string, last_name: string }, ["first_name", "last_name"]),
  KeyName: object({ name: string }),
  Code: object({ otp: string }),
  Password: object({ password: string }),
  PasswordChange: object({ current_password: string, new_password: string }),
  EmailChange: object({ email: string, password: string }),
  PasswordReset: object({ email: string, token: string, password: string }),

  Token: object({ token }),
  LoginToken: object({ token, otp: { type: "boolean" } }, ["otp"]),
  Pong: object({ ping: { const: "pong" }, token }),
  Secret: object({ otp: { type: "string", pattern: "^[A-Z2-7]+=*$" } }),
  Account: object(
    {
      id: { type: "integer" },
      email: text,
      first_name: string,
      last_name: string,
      verified: { type: "boolean" },
      otp: { type: "boolean" },
      created_at: time,
      avatar: string,
    },
    ["created_at", "avatar"],
  ),
  Providers: object({ providers: { type: "array", items: text } }),
  Keys: object({
    data: {
      type: "array",
      maxItems: 100,
      items: object({ uuid, name: text, created_at: time, last_used_at: time }, ["last_used_at"]),
    },
    total: { type: "integer", minimum: 0 },
  }),
  CreatedKey: { anyOf: [object({ token, uuid, name: text }), object({ key: token })] },

  Refusal: {
    description: "Today's; with the cause behind a colon; with a code beside the text; the web framework's",
    anyOf: [
      today,
      older,
      object({ error: reason, message: text, namespace: text }),
      object({ message: text }),
    ],
  },
  InvalidFields: {
    description: "The same, with what is wrong with each field",
    anyOf: [
      { allOf: [today, fieldsOf(text)] },
      { allOf: [older, fieldsOf({ type: "array", minItems: 1, items: text })] },
      object({ error: reason, message: text, namespace: text }),
      object({ message: text }),
    ],
  },
} satisfies Record<string, Schema>;
