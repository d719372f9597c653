import { describe, expect, test } from "bun:test";
import { BadResponseError, Pinner } from "../../src/index.ts";
import type { Fault } from "../../src/testing/portal.ts";
import { type Callable, EMAIL, everyCall, failure, openStage, operations } from "./support.ts";

const UUID = "0b9e1f3c-5f0c-4d1a-9d8e-2f4a6c8e0b1d";
/** Calls whose answer has fields, and an answer of each that is good. */
const good = {
  login: { token: "abc" },
  otpValidate: { token: "abc" },
  exchange: { token: "abc" },
  ping: { ping: "pong" },
  account: { id: 1, email: EMAIL, first_name: "A", last_name: "L", verified: true, otp: false },
  listKeys: { data: [{ uuid: UUID, name: "ci", created_at: "2026-03-01T00:00:00Z" }], total: 1 },
  createKey: { token: "abc", uuid: UUID, name: "ci" },
  otpGenerate: { otp: "JBSWY3DPEHPK3PXP" },
} satisfies Partial<Record<Callable, Record<string, unknown>>>;
type Telling = keyof typeof good;
const telling = Object.keys(good) as Telling[];

async function answered(operation: Callable, fault: Fault): Promise<unknown> {
  await using stage = await openStage();
  stage.portal.fault(operation, fault);
  return await everyCall[operation](stage);
}

test("what a `fetch` of one's own gives that is no Response is told as that", async () => {
  const given = { ok: true, status: 200, json: async () => ({}) };
  const client = new Pinner({ token: "none", fetch: async () => given as unknown as Response });
  const error = await failure(client.session(), BadResponseError);
  expect(error.message).toBe("POST /api/auth/key answered 0, but `fetch` gave no Response");
});

describe("an answer of 200", () => {
  test.each(telling)("to %s with the fields of the API, and others, is taken", async (operation) => {
    const value = { ...good[operation], extra: { deep: [1] }, __proto__x: null };
    expect(JSON.stringify(await answered(operation, { kind: "json", value })) ?? "").not.toContain("deep");
  });

  test.each(telling)("to %s with garbage is a BadResponseError", async (operation) => {
    const error = await failure(answered(operation, { kind: "garbage" }), BadResponseError);
    expect(error).toMatchObject({ operation, status: 200, problem: "the body is not JSON" });
  });

  test.each(operations)("to %s with a page of HTML is a BadResponseError", async (operation) => {
    const error = await failure(answered(operation, { kind: "html" }), BadResponseError);
    expect(error).toMatchObject({ operation, status: 200 });
    expect(error.message).toMatch(/^(?:GET|POST|PATCH|DELETE) \/api\/\S+ answered 200, but the body is /);
  });

  test.each(telling)("to %s without a body is a BadResponseError", async (operation) => {
    for (const status of [200, 204]) {
      const error = await failure(answered(operation, { kind: "status", status }), BadResponseError);
      expect(error).toMatchObject({ operation, status });
    }
  });

  test.each(telling)("to %s with a field missing is a BadResponseError that names it", async (operation) => {
    for (const field of Object.keys(good[operation])) {
      const value = Object.fromEntries(Object.entries(good[operation]).filter(([name]) => name !== field));
      const error = await failure(answered(operation, { kind: "json", value }), BadResponseError);
      expect(error.problem).toContain(`\`${field}\``);
    }
  });

  test.each(telling)(
    "to %s with a field of the wrong type is a BadResponseError that names it",
    async (operation) => {
      for (const field of Object.keys(good[operation])) {
        for (const wrong of [null, {}, [5], ["x"]]) {
          const value = { ...good[operation], [field]: wrong };
          const error = await failure(answered(operation, { kind: "json", value }), BadResponseError);
          expect(error.problem).toContain(`\`${field}`);
        }
      }
    },
  );

  test.each([[null], [5], ["token"], [[]], [[good.login]], [true]])(
    "that is the JSON %j is a BadResponseError",
    async (value) => {
      for (const operation of telling) {
        const error = await failure(answered(operation, { kind: "json", value }), BadResponseError);
        expect(error.status).toBe(200);
      }
    },
  );

  const key = good.listKeys.data[0];
  test.each([
    ["login", { token: "two words" }],
    ["login", { token: "line\nend" }],
    ["login", { token: "" }],
    ["login", { token: "abc", otp: "true" }],
    ["exchange", { token: "smart’quote" }],
    ["ping", { ping: "ping" }],
    ["account", { ...good.account, id: "1" }],
    ["account", { ...good.account, verified: "yes" }],
    ["account", { ...good.account, avatar: 7 }],
    ["createKey", { ...good.createKey, uuid: "../../account" }],
    ["createKey", { ...good.createKey, uuid: "5" }],
    ["listKeys", { data: [{ ...key, uuid: "x" }], total: 1 }],
    ["listKeys", { data: [key, { ...key, name: null }], total: 2 }],
    ["listKeys", { data: [{ ...key, created_at: 5 }], total: 1 }],
    ["listKeys", { data: [key], total: -1 }],
    ["listKeys", { data: [key], total: 1.5 }],
    ["listKeys", { data: [key], total: "1" }],
    ["listKeys", { data: { 0: key }, total: 1 }],
    ["otpGenerate", { otp: "not base32!" }],
    ["otpGenerate", { otp: "" }],
  ] as [Telling, unknown][])("to %s with %j is a BadResponseError", async (operation, value) => {
    const error = await failure(answered(operation, { kind: "json", value }), BadResponseError);
    expect(error.message).not.toContain("undefined");
  });

  test("to a call that has nothing to tell may have any body that is no page of HTML", async () => {
    const mute = operations.filter((operation) => !(operation in good));
    expect(mute).toHaveLength(13);
    for (const operation of mute) {
      for (const body of ["", "{}", "null", "OK"]) {
        const result = await answered(operation, { kind: "status", status: 200, body });
        expect(result).toBe(operation === "deleteKey" ? true : undefined);
      }
    }
  });
});

test("UUIDs of keys are given in lower case", async () => {
  const upper = { ...good.createKey, uuid: UUID.toUpperCase() };
  expect(await answered("createKey", { kind: "json", value: upper })).toMatchObject({ uuid: UUID });
});

test("`otp: null` is no demand for a code", async () => {
  const value = { token: "abc", otp: null };
  expect(await answered("login", { kind: "json", value })).toEqual({ status: "authenticated", token: "abc" });
});
