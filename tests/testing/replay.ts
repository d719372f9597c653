import type { Portal } from "../../src/testing/portal.ts";

const ADMIN = "ada@example.com";
export const EMAIL = "grace@example.com";
const NEW_EMAIL = "hopper@example.com";
const PASSWORD = "correct horse battery staple";
const NEW_PASSWORD = "a wholly different password";
const WRONG = "not the right password";
const LONG = "é".repeat(36).concat("x");

/** What a request sends beside its method and path. */
export interface Sent {
  json?: unknown;
  /** A body that is sent as it is, of this type. */
  raw?: { type: string; text: string };
  /** Sent as the bearer token; without it none is. */
  token?: string | undefined;
  cookie?: string;
  /** In place of `{uuid}` in the path. */
  uuid?: string | undefined;
}

/** What earlier answers gave. */
export interface Memory {
  session?: string;
  otpToken?: string;
  key?: { token: string; uuid: string };
  doomed?: { token: string; uuid: string };
}

const person = { email: EMAIL, password: PASSWORD, first_name: "Grace", last_name: "Hopper" };
const login = (changes: object = {}) => ({
  json: { email: EMAIL, password: PASSWORD, remember: false, ...changes },
});
const text = (body: string, type = "application/json") => ({ raw: { type, text: body } });
const tampered = (token = "") => `${token.slice(0, token.lastIndexOf("."))}.c2lnbmF0dXJl`;
const lastMail = ({ emails }: Portal) => emails.at(-1)?.token ?? "";

/** What each recorded request sent. A list, which sends nothing but its query, is not among them. */
export const sent: Record<string, Record<string, (memory: Memory, portal: Portal) => Sent>> = {
  "POST /api/auth/register": {
    first: () => ({ json: { ...person, email: ADMIN } }),
    good: () => ({ json: person }),
    duplicate: () => ({ json: person }),
    "short password": () => ({ json: { ...person, email: "x@example.com", password: "short12" } }),
    "73 bytes": () => ({ json: { ...person, email: "x@example.com", password: LONG } }),
    "bad e-mail": () => ({ json: { ...person, email: "nobody" } }),
    "missing names": () => ({ json: { email: "x@example.com", password: PASSWORD } }),
    "all wrong": () => ({ json: { email: "nobody", password: "short", first_name: "", last_name: "" } }),
  },
  "POST /api/auth/login": {
    unverified: () => login(),
    remember: () => login({ remember: true }),
    "wrong password": () => login({ password: WRONG }),
    unknown: () => login({ email: "nobody@example.com" }),
    "short password": () => login({ password: "short" }),
    "malformed JSON": () => text('{"email": "gra'),
    "malformed JSON 2": () => text("{email: grace}"),
    "empty body": () => ({}),
    "array body": () => text("[]"),
    "wrong type": () => login({ email: 5 }),
    "body as text/plain": () => text(JSON.stringify(login().json), "text/plain"),
    "form body": () => text("email=a%40b.example&password=12345678", "application/x-www-form-urlencoded"),
    login: () => login(),
    "2FA": () => login(),
    "2FA remember": () => login({ remember: true }),
    pending: () => login({ email: NEW_EMAIL, password: NEW_PASSWORD }),
  },
  "POST /api/auth/ping": {
    good: ({ session }) => ({ token: session }),
    "with cookie": ({ session }) => ({ cookie: `lang=en; auth_token=${session}` }),
    nothing: () => ({}),
    garbage: () => ({ token: "garbage" }),
    "API key": ({ key }) => ({ token: key?.token }),
  },
  "POST /api/account/verify-email": {
    "bad token": () => ({ json: { email: EMAIL, token: "------" } }),
    "unknown e-mail": () => ({ json: { email: "nobody@example.com", token: "abcdef" } }),
    "empty token": () => ({ json: { email: EMAIL, token: "" } }),
    good: (_, portal) => ({ json: { email: EMAIL, token: lastMail(portal) } }),
    already: (_, portal) => ({ json: { email: EMAIL, token: lastMail(portal) } }),
  },
  "POST /api/account/verify-email/resend": { "resend bad address": () => ({ json: { email: "nobody" } }) },
  "POST /api/account/keys": {
    "key create": ({ session }) => ({ token: session, json: { name: "first" } }),
    "duplicate name": ({ session }) => ({ token: session, json: { name: "first" } }),
    "empty name": ({ session }) => ({ token: session, json: { name: "" } }),
    "blank name": ({ session }) => ({ token: session, json: { name: " " } }),
    doomed: ({ session }) => ({ token: session, json: { name: "doomed" } }),
    keep: ({ session }) => ({ token: session, json: { name: "keep" } }),
  },
  "POST /api/auth/key": {
    "good key": ({ key }) => ({ token: key?.token }),
    "tampered signature": ({ key }) => ({ token: tampered(key?.token) }),
    garbage: () => ({ token: "garbage" }),
    nothing: () => ({}),
    "login token": ({ session }) => ({ token: session }),
    deleted: ({ doomed }) => ({ token: doomed?.token }),
    pending: ({ key }) => ({ token: key?.token }),
  },
  "DELETE /api/account/keys/{uuid}": {
    delete: ({ session, doomed }) => ({ token: session, uuid: doomed?.uuid }),
    again: ({ session, doomed }) => ({ token: session, uuid: doomed?.uuid }),
  },
  "POST /api/auth/otp/verify": {
    wrong: ({ session }) => ({ token: session, json: { otp: "------" } }),
    "5 digits": ({ session }) => ({ token: session, json: { otp: "12345" } }),
    right: ({ session }, portal) => ({ token: session, json: { otp: portal.otpCode(EMAIL) } }),
  },
  "POST /api/auth/otp/validate": {
    wrong: ({ otpToken }) => ({ token: otpToken, json: { otp: "------" } }),
    "with login token": ({ session }, portal) => ({ token: session, json: { otp: portal.otpCode(EMAIL) } }),
    right: ({ otpToken }, portal) => ({ token: otpToken, json: { otp: portal.otpCode(EMAIL) } }),
  },
  "POST /api/auth/otp/disable": {
    wrong: ({ session }) => ({ token: session, json: { password: WRONG } }),
    short: ({ session }) => ({ token: session, json: { password: "short" } }),
    right: ({ session }) => ({ token: session, json: { password: PASSWORD } }),
  },
  "POST /api/account/update-email": {
    wrong: ({ session }) => ({ token: session, json: { email: NEW_EMAIL, password: WRONG } }),
    taken: ({ session }) => ({ token: session, json: { email: ADMIN, password: PASSWORD } }),
    same: ({ session }) => ({ token: session, json: { email: EMAIL, password: PASSWORD } }),
    "no MX": ({ session }) => ({ token: session, json: { email: "a@nowhere.invalid", password: PASSWORD } }),
    good: ({ session }) => ({ token: session, json: { email: NEW_EMAIL, password: PASSWORD } }),
  },
  "POST /api/account/update-password": {
    wrong: ({ session }) => ({
      token: session,
      json: { current_password: WRONG, new_password: NEW_PASSWORD },
    }),
    short: ({ session }) => ({ token: session, json: { current_password: PASSWORD, new_password: "short" } }),
    "73": ({ session }) => ({ token: session, json: { current_password: PASSWORD, new_password: LONG } }),
  },
  "POST /api/account/password-reset/request": { "reset request": () => ({ json: { email: NEW_EMAIL } }) },
  "POST /api/account/password-reset/confirm": {
    "bad token": () => ({ json: { email: NEW_EMAIL, token: "------", password: NEW_PASSWORD } }),
    "unknown e-mail": () => ({
      json: { email: "nobody@example.com", token: "abcdef", password: NEW_PASSWORD },
    }),
    good: (_, portal) => ({ json: { email: NEW_EMAIL, token: lastMail(portal), password: NEW_PASSWORD } }),
  },
  "PATCH /api/account": {
    "PATCH account": ({ session }) => ({ token: session, json: { first_name: "G.", last_name: "" } }),
  },
  "POST /api/auth/logout": { logout: () => ({}) },
};
