import { type Schema, schema } from "./openapi-schemas.ts";

interface Described {
  description: string;
  headers?: Record<string, { required?: boolean; schema: Schema }>;
  content?: Record<string, { schema: Schema }>;
}

export interface DescribedOperation {
  summary: string;
  security?: object[];
  parameters?: object[];
  requestBody?: object;
  responses: Record<string, Described>;
}

type Body = Parameters<typeof schema>[0];

export const json = (description: string, body: Body): Described => ({
  description,
  content: { "application/json": { schema: schema(body) } },
});
export const done: Described = { description: "Done; the body is empty" };
export const required = (pattern: string) => ({ required: true, schema: { type: "string", pattern } });
export const cookies = { "Set-Cookie": { schema: { type: "string" } } };
export const redirect: Described = {
  description: "A session: its token is in `Location`, in the cookie `auth_token`, or in both",
  headers: { Location: required("^https?://[^/]+/api/auth/complete(\\?auth_token=ey.+)?$"), ...cookies },
};

/** A refusal comes as JSON of several generations, as text, or as a proxy's page. */
const refusal = (status: number): Described => ({
  description: status === 422 ? "A field is not what it must be" : "Refused",
  content: {
    "application/json": { schema: schema(status === 422 ? "InvalidFields" : "Refusal") },
    "text/plain": { schema: { type: "string", minLength: 1 } },
    "text/html": { schema: { type: "string", minLength: 1 } },
  },
});
export const refusals = (...statuses: number[]): Record<string, Described> =>
  Object.fromEntries(statuses.map((status) => [status, refusal(status)]));

export const takes = (body: Body) => ({
  requestBody: { required: true, content: { "application/json": { schema: schema(body) } } },
});
export const session = { security: [{ session: [] }, { cookie: [] }] };
export const page = (name: string, value: Schema) => ({ name, in: "query", schema: value });

/** A call in a session that changes something and has nothing to tell. */
export function changes(
  path: string,
  summary: string,
  body: Body,
): Record<string, { post: DescribedOperation }> {
  const responses = { 200: done, 204: done, ...refusals(400, 401, 409, 422, 500) };
  return { [path]: { post: { summary, ...session, ...takes(body), responses } } };
}
