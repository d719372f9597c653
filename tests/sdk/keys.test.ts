import { describe, expect, test } from "bun:test";
import { ApiError, readClaims } from "../../src/index.ts";
import type { Portal } from "../../src/testing/portal.ts";
import { count, EMAIL, failure, openStage } from "./support.ts";

const names = (length: number) => Array.from({ length }, (_, index) => `key-${index}`);

/** How many requests were being answered at once, at most. */
function mostAtOnce({ requests }: Portal): number {
  const moments = requests.flatMap(({ startedAt, endedAt = Number.POSITIVE_INFINITY }) => [
    { at: startedAt, change: 1 },
    { at: endedAt, change: -1 },
  ]);
  moments.sort((a, b) => a.at - b.at || a.change - b.change);
  let now = 0;
  return Math.max(...moments.map(({ change }) => (now += change)));
}

/** The page that is asked for next is answered with 500. */
function failAfterFirstPage(portal: Portal): void {
  portal.onRequest = () => {
    portal.onRequest = undefined;
    portal.fault("listKeys", { kind: "status", status: 500 }, 1);
  };
}

describe("listing keys", () => {
  test.each([
    [0, 1],
    [10, 1],
    [11, 1],
    [100, 1],
    [101, 2],
    [1000, 10],
  ])("gives all %p of them, newest first, in %p pages", async (length, pages) => {
    await using stage = await openStage({ extraFields: true });
    stage.portal.get(EMAIL).keys = [];
    const added = stage.portal.addKeys(EMAIL, names(length));
    stage.portal.fault("listKeys", { kind: "delay", ms: 25 });
    const progress: [number, number][] = [];
    const keys = await stage.withSession.listKeys({ onProgress: (...step) => progress.push(step) });
    const expected = added.map(({ uuid, name, createdAt }) => ({ uuid, name, created_at: createdAt }));
    expect(keys).toEqual(expected.reverse());

    const { requests } = stage.portal;
    expect(requests).toHaveLength(pages);
    const [first, ...others] = requests;
    expect(first?.query).toEqual({ _start: "0", _end: "100", _sort: "created_at", _order: "desc" });
    for (const other of others) expect(other.startedAt).toBeGreaterThan(first?.endedAt ?? Number.NaN);
    expect(mostAtOnce(stage.portal)).toBeWithin(pages > 2 ? 2 : 1, 7);
    expect(progress).toHaveLength(pages);
    expect(progress[0]).toEqual([Math.min(100, length), length]);
    expect(progress.at(-1)).toEqual([length, length]);
  });

  test("exchanges an API key once for all pages", async () => {
    await using stage = await openStage();
    stage.portal.addKeys(EMAIL, names(699));
    expect(await stage.withKey.listKeys()).toHaveLength(700);
    expect(count(stage.portal, "exchange")).toBe(1);
    expect(count(stage.portal, "listKeys")).toBe(7);
  });

  test("gives a key once that moved to a later page meanwhile, and the one that came", async () => {
    await using stage = await openStage();
    stage.portal.addKeys(EMAIL, names(149));
    let created = false;
    stage.portal.onRequest = () => {
      if (!created) stage.portal.addKeys(EMAIL, ["created meanwhile"]);
      created = true;
    };
    const keys = await stage.withSession.listKeys();
    expect(new Set(keys.map(({ uuid }) => uuid)).size).toBe(keys.length);
    expect(keys).toHaveLength(151);
  });

  test.each(["deleted", "deleted while another comes"])(
    "misses none that moved to an earlier page: a key is %s",
    async (how) => {
      for (const page of [1, 2, 3]) {
        await using stage = await openStage();
        const { portal } = stage;
        portal.get(EMAIL).keys = [];
        const made = portal.addKeys(EMAIL, names(450));
        let answered = 0;
        portal.onRequest = () => {
          if (++answered !== page) return;
          portal.get(EMAIL).keys.splice(-50, 1);
          if (how !== "deleted") portal.addKeys(EMAIL, ["another"]);
        };
        const found = new Set((await stage.withSession.listKeys()).map(({ uuid }) => uuid));
        const stayed = portal.liveKeys(EMAIL).filter(({ uuid }) => made.some((key) => key.uuid === uuid));
        expect(stayed.filter(({ uuid }) => !found.has(uuid))).toEqual([]);
      }
    },
  );

  test("ends where keys come and go without end, and misses none that stayed", async () => {
    await using stage = await openStage();
    const { portal } = stage;
    portal.get(EMAIL).keys = [];
    const stayed = portal.addKeys(EMAIL, names(250));
    portal.onRequest = () => {
      const { keys } = portal.get(EMAIL);
      if (keys.length > 250) keys.pop();
      else portal.addKeys(EMAIL, ["fleeting"]);
    };
    const found = new Set((await stage.withSession.listKeys()).map(({ uuid }) => uuid));
    expect(stayed.filter(({ uuid }) => !found.has(uuid))).toEqual([]);
    expect(count(portal, "listKeys")).toBeLessThanOrEqual(9);
  });

  test("ends when keys vanish meanwhile and a page comes empty", async () => {
    await using stage = await openStage();
    stage.portal.addKeys(EMAIL, names(949));
    let vanished = false;
    stage.portal.onRequest = () => {
      if (!vanished) stage.portal.get(EMAIL).keys.splice(0, 900);
      vanished = true;
    };
    const progress: number[] = [];
    const keys = await stage.withSession.listKeys({ onProgress: (_, total) => progress.push(total) });
    expect(keys).toHaveLength(50);
    expect(stage.portal.requests.length).toBeLessThan(10);
    expect(progress.at(-1)).toBe(50);
  });

  test("gives a key once that is twice on a page, in whatever case", async () => {
    const uuid = "3f0cbd9e-7b4e-4d1c-9c86-0a1b2c3d4e5f";
    const key = { uuid, name: "ci", created_at: "2026-03-01T00:00:00Z" };
    const value = { data: [key, { ...key, uuid: uuid.toUpperCase() }, key], total: 3 };
    await using stage = await openStage();
    stage.portal.fault("listKeys", { kind: "json", value });
    expect(await stage.withSession.listKeys()).toEqual([key]);
  });

  test("fails as a whole where one page fails", async () => {
    await using stage = await openStage();
    stage.portal.addKeys(EMAIL, names(500));
    failAfterFirstPage(stage.portal);
    expect(await failure(stage.withSession.listKeys(), ApiError)).toMatchObject({ status: 500 });
  });

  test("asks for no more pages when one has failed", async () => {
    await using stage = await openStage();
    stage.portal.addKeys(EMAIL, names(5000));
    failAfterFirstPage(stage.portal);
    await failure(stage.withSession.listKeys(), ApiError);
    await Bun.sleep(200);
    expect(stage.portal.requests.length).toBeLessThan(20);
  });
});

describe("one key", () => {
  test.each([
    [0, 1],
    [99, 1],
    // Others are on their way together with its page, and some may come before it.
    [100, 12],
    [649, 15],
  ])("is found behind %p newer ones with at most %p pages", async (place, most) => {
    await using stage = await openStage();
    stage.portal.get(EMAIL).keys = [];
    const { uuid = "", name } = stage.portal.addKeys(EMAIL, names(2000)).at(-1 - place) ?? {};
    expect(await stage.withSession.getKey(uuid.toUpperCase())).toMatchObject({ uuid, name: `${name}` });
    expect(stage.portal.requests.length).toBeLessThanOrEqual(most);
  });

  test("is not there where no page has it", async () => {
    await using stage = await openStage();
    stage.portal.addKeys(EMAIL, names(250));
    expect(await stage.withSession.getKey(crypto.randomUUID())).toBeUndefined();
    expect(stage.portal.requests).toHaveLength(3);
  });

  test("waits for no page behind its own, which may be slow or fail", async () => {
    await using stage = await openStage();
    stage.portal.get(EMAIL).keys = [];
    const { uuid = "" } = stage.portal.addKeys(EMAIL, names(300)).at(-101) ?? {};
    const found = Promise.withResolvers<void>();
    const client = stage.client({
      token: stage.loginToken,
      async fetch(input, init) {
        if (new Request(input, init).url.includes("_start=200")) {
          await found.promise;
          throw new TypeError("the connection failed");
        }
        return fetch(input, init);
      },
    });
    expect(await client.getKey(uuid)).toMatchObject({ uuid });
    found.resolve();
  });
});

describe("searching keys", () => {
  const all = ["on", "option", "off", "42", "1042", "t", "laptop", "CI", "a+b&c=d", "true", "ключ"];

  test.each([
    ["on", ["on", "option"]],
    ["ON", ["on", "option"]],
    ["42", ["42", "1042"]],
    ["t", ["laptop", "option", "t", "true"]],
    ["true", ["true"]],
    ["ci", ["CI"]],
    ["+b&c=", ["a+b&c=d"]],
    ["КЛЮЧ", ["ключ"]],
    ["%", []],
    [".*", []],
    ["", all],
  ])("for %p finds what contains it, whatever the service would do with it", async (search, found) => {
    for (const quirk of ["broken", "q", "name_contains", "none"] as const) {
      await using stage = await openStage({ search: quirk });
      stage.portal.get(EMAIL).keys = [];
      stage.portal.addKeys(EMAIL, all);
      const keys = await stage.withSession.listKeys({ search });
      expect(keys.map(({ name }) => name).sort()).toEqual([...found].sort());
    }
  });

  test("looks at every page", async () => {
    await using stage = await openStage();
    stage.portal.addKeys(EMAIL, ["needle", ...names(250), "needle"]);
    expect(await stage.withSession.listKeys({ search: "needle" })).toHaveLength(2);
  });
});

describe("creating a key", () => {
  test("gives its name, its UUID and a token that works", async () => {
    await using stage = await openStage({ extraFields: true });
    const created = await stage.withKey.createKey('ci "runner" №1');
    expect(Object.keys(created).sort()).toEqual(["name", "token", "uuid"]);
    expect(created.name).toBe('ci "runner" №1');
    expect(readClaims(created.token)).toMatchObject({ kind: "api_key", keyUuid: created.uuid });
    await stage.client({ token: created.token }).ping();
    expect(stage.portal.liveKeys(EMAIL).map(({ uuid }) => uuid)).toEqual([stage.keyUuid, created.uuid]);
  });

  test("twice under one name makes two keys", async () => {
    await using stage = await openStage();
    const [one, other] = [await stage.withKey.createKey("ci"), await stage.withKey.createKey("ci")];
    expect(one.uuid).not.toBe(other.uuid);
  });

  test("without a name is refused", async () => {
    await using stage = await openStage();
    const error = await failure(stage.withKey.createKey(""), ApiError);
    expect(error).toMatchObject({ operation: "createKey", status: 422 });
  });
});

describe("deleting a key", () => {
  test("deletes just that one and says so", async () => {
    await using stage = await openStage();
    const [other] = stage.portal.addKeys(EMAIL, ["laptop"]);
    expect(await stage.withSession.deleteKey(stage.keyUuid)).toBe(true);
    expect(stage.portal.liveKeys(EMAIL).map(({ uuid }) => uuid)).toEqual([other?.uuid ?? ""]);
  });

  test.each([
    ["404", { missingKeyDelete: 404 }],
    ["404 in plain text", { missingKeyDelete: 404, errorShape: "plain" }],
    ["404 and a page of HTML", { missingKeyDelete: 404, errorShape: "page" }],
    ["500 and plain text", { missingKeyDelete: 500 }],
  ] as const)("that is not there, answered with %s, gives false", async (_, quirks) => {
    await using stage = await openStage(quirks);
    expect(await stage.withSession.deleteKey(crypto.randomUUID())).toBe(false);
    expect(stage.portal.liveKeys(EMAIL)).toHaveLength(1);
  });

  test("whose first answer was lost is deleted, although the second says that it is not there", async () => {
    await using stage = await openStage();
    stage.portal.fault("deleteKey", { kind: "resetAfter" }, 1);
    expect(await stage.withSession.deleteKey(stage.keyUuid)).toBe(true);
    expect(stage.portal.liveKeys(EMAIL)).toEqual([]);
  });

  test.each([
    ["JSON", { "content-type": "application/json" }, '{"error": "ErrDatabaseOperationFailed"}'],
    ["a page of HTML", { "content-type": "text/html" }, "<h1>500</h1>"],
    ["nothing", {}, ""],
  ])("answered with 500 and %s is an error", async (_, headers, body) => {
    await using stage = await openStage();
    stage.portal.fault("deleteKey", { kind: "status", status: 500, headers, body });
    expect(await failure(stage.withSession.deleteKey(stage.keyUuid), ApiError)).toMatchObject({
      status: 500,
    });
  });

  test("in upper case, which the service fails to delete, is an error too while it is there", async () => {
    await using stage = await openStage();
    const [headers, body] = [{ "content-type": "text/plain" }, "the database is locked"];
    stage.portal.fault("deleteKey", { kind: "status", status: 500, headers, body });
    const deletion = stage.withSession.deleteKey(stage.keyUuid.toUpperCase());
    expect(await failure(deletion, ApiError)).toMatchObject({ status: 500 });
  });

  test.each(["", ".", "..", "../../auth/logout", "%2e%2e", "my laptop", "?a", "\u202e"])(
    "by %p, which is no UUID, gives false and sends nothing",
    async (text) => {
      await using stage = await openStage();
      expect(await stage.withSession.deleteKey(text)).toBe(false);
      expect(stage.portal.requests).toBeEmpty();
    },
  );
});
