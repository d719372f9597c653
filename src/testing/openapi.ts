import {
  changes,
  cookies,
  type DescribedOperation,
  done,
  json,
  page,
  redirect,
  refusals,
  required,
  session,
  takes,
} from "./openapi-parts.ts";
import { schemas } from "./openapi-schemas.ts";

const paths: Record<string, Record<string, DescribedOperation>> = {
  "/api/auth/login": {
    post: {
      summary: "Log in",
      ...takes("Login"),
      responses: {
        200: { ...json("A session, or with `otp` the 2FA token", "LoginToken"), headers: cookies },
        302: redirect,
        ...refusals(400, 401, 403, 422, 500),
      },
    },
  },
  "/api/auth/otp/validate": {
    post: {
      summary: "End a login with a TOTP code",
      security: [{ twoFactor: [] }],
      ...takes("Code"),
      responses: { 200: json("A session", "LoginToken"), 302: redirect, ...refusals(400, 401, 422, 500) },
    },
  },
  "/api/auth/key": {
    post: {
      summary: "Exchange an API key for a session",
      security: [{ apiKey: [] }],
      responses: { 200: json("A session", "Token"), ...refusals(401, 403) },
    },
  },
  "/api/auth/ping": {
    post: {
      summary: "Prove that a session works",
      ...session,
      responses: { 200: { ...json("It does", "Pong"), headers: cookies }, ...refusals(401) },
    },
  },
  "/api/auth/logout": {
    post: {
      summary: "Take the cookies away; revokes nothing",
      responses: { 200: { ...done, headers: cookies } },
    },
  },
  "/api/auth/register": {
    post: {
      summary: "Make an account",
      ...takes("Registration"),
      responses: { 200: done, 201: done, ...refusals(400, 401, 409, 422, 500) },
    },
  },
  "/api/account/verify-email": {
    post: {
      summary: "Confirm an address",
      ...takes("EmailToken"),
      parameters: [page("login", { type: "boolean" })],
      responses: { 200: { ...done, headers: cookies }, ...refusals(400, 401, 404, 409, 422, 500) },
    },
  },
  "/api/account/verify-email/resend": {
    post: {
      summary: "Send another email",
      ...takes("Email"),
      responses: { 200: done, ...refusals(400, 422, 500) },
    },
  },
  "/api/account": {
    get: {
      summary: "The account",
      ...session,
      responses: { 200: json("The account", "Account"), ...refusals(401) },
    },
    patch: {
      summary: "Change the names; what is blank stays",
      ...session,
      ...takes("Names"),
      responses: { 200: done, ...refusals(400, 401, 404, 405, 500) },
    },
    delete: {
      summary: "Delete the account in 48 hours",
      ...session,
      responses: { 200: { ...done, headers: cookies }, ...refusals(401, 404, 405, 409) },
    },
  },
  "/api/account/delete": {
    delete: {
      summary: "The same, on older portals",
      ...session,
      responses: { 200: { ...done, headers: cookies }, ...refusals(401, 404, 409) },
    },
  },
  "/api/account/auth/providers": {
    get: {
      summary: "The sign-in providers",
      responses: { 200: json("Their names", "Providers"), ...refusals(404) },
    },
  },
  "/api/account/keys": {
    get: {
      summary: "A page of the API keys; any other parameter is a filter on a column",
      ...session,
      parameters: [
        page("_start", { type: "integer", minimum: 0, default: 0 }),
        page("_end", { type: "integer", default: 10 }),
        page("_sort", { type: "string" }),
        page("_order", { enum: ["asc", "desc"] }),
      ],
      responses: {
        200: {
          ...json("The page", "Keys"),
          headers: {
            "Content-Range": required("^api_keys \\d+-(-1|\\d+)/\\d+$"),
            "X-Total-Count": required("^\\d+$"),
          },
        },
        ...refusals(400, 401, 500),
      },
    },
    post: {
      summary: "Create an API key",
      ...session,
      ...takes("KeyName"),
      responses: { 200: json("The key, this once", "CreatedKey"), ...refusals(400, 401, 422, 500) },
    },
  },
  "/api/account/keys/{uuid}": {
    delete: {
      summary: "Delete an API key: it is exchanged no more",
      ...session,
      parameters: [{ name: "uuid", in: "path", required: true, schema: { type: "string", format: "uuid" } }],
      responses: { 200: done, ...refusals(400, 401, 404, 500) },
    },
  },
  "/api/auth/otp/generate": {
    post: {
      summary: "Replace the TOTP secret, at once",
      ...session,
      responses: { 200: json("The secret", "Secret"), ...refusals(401) },
    },
  },
  ...changes("/api/auth/otp/verify", "Turn 2FA on with a first code", "Code"),
  ...changes("/api/auth/otp/disable", "Turn 2FA off", "Password"),
  ...changes("/api/account/update-password", "Change the password", "PasswordChange"),
  ...changes("/api/account/update-email", "Change the address", "EmailChange"),
  "/api/account/password-reset/request": {
    post: {
      summary: "Ask for a reset email",
      ...takes("Email"),
      responses: { 200: done, ...refusals(400, 422, 500) },
    },
  },
  "/api/account/password-reset/confirm": {
    post: {
      summary: "Set a password with the token of a reset email",
      ...takes("PasswordReset"),
      responses: { 200: done, ...refusals(400, 401, 404, 422, 500) },
    },
  },
};

const bearer = (description: string) => ({
  type: "http",
  scheme: "bearer",
  bearerFormat: "JWT",
  description,
});

/** What the portal serves, in OpenAPI 3.1. Whatever else is asked for is refused by the web framework: 404, 405. */
export const openapi = {
  openapi: "3.1.0",
  info: { title: "Pinner account API", version: "0.2.7" },
  paths,
  components: {
    schemas,
    securitySchemes: {
      session: bearer("A login token"),
      cookie: { type: "apiKey", in: "cookie", name: "auth_token" },
      twoFactor: bearer("The token of a login's first half"),
      apiKey: bearer("An API key"),
    },
  },
};
