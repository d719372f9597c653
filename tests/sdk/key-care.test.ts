import { describe, expect, test } from "bun:test";
import {
  AmbiguousKeyError,
  ApiError,
  type CreatedApiKey,
  InvalidOptionError,
  KeyNotFoundError,
  LostKeyError,
  StrayKeyError,
} from "../../src/index.ts";
import { count, EMAIL, failure, openStage, type Stage } from "./support.ts";

const uuids = ({ portal }: Stage) => portal.liveKeys(EMAIL).map(({ uuid }) => uuid);
const fault = new Error("the vault is closed");
const names = (length: number) => Array.from({ length }, (_, index) => `key-${index}`);

describe("rotateKey", () => {
  test("creates, proves, keeps and only then deletes the old one", async () => {
    await using stage = await openStage();
    let kept: CreatedApiKey | undefined;
    const { key, cleanUpError } = await stage.withSession.rotateKey(stage.keyUuid.toUpperCase(), {
      keep: async (created) => {
        await Bun.sleep(20);
        expect(uuids(stage)).toEqual([stage.keyUuid, created.uuid]);
        kept = created;
      },
    });
    expect(kept).toEqual(key);
    expect(key.name).toBe("laptop");
    expect(cleanUpError).toBeUndefined();
    expect(uuids(stage)).toEqual([key.uuid]);
    expect(stage.portal.steps()).toEqual(["listKeys", "createKey", "exchange", "deleteKey"]);
  });

  test("leaves the old key and no new one when `keep` throws", async () => {
    await using stage = await openStage();
    const keep = () => Promise.reject(fault);
    expect(await failure(stage.withSession.rotateKey(stage.keyUuid, { keep }), Error)).toBe(fault);
    expect(uuids(stage)).toEqual([stage.keyUuid]);
    expect(count(stage.portal, "createKey")).toBe(1);
  });

  test("leaves the old key and no new one, and keeps nothing, when the new key does not work", async () => {
    await using stage = await openStage();
    stage.portal.fault("exchange", { kind: "status", status: 401 });
    const keep = () => expect.unreachable();
    await failure(stage.withSession.rotateKey(stage.keyUuid, { keep }), ApiError);
    expect(uuids(stage)).toEqual([stage.keyUuid]);
  });

  test("asks for nothing without a `keep`", async () => {
    await using stage = await openStage();
    // @ts-expect-error: it is missing
    await failure(stage.withSession.rotateKey(stage.keyUuid, {}), InvalidOptionError);
    // @ts-expect-error: so are all options
    await failure(stage.withSession.rotateKey(stage.keyUuid), InvalidOptionError);
    expect(stage.portal.requests).toBeEmpty();
  });

  test("leaves the old key and no new one when it is aborted before `keep`", async () => {
    await using stage = await openStage();
    const abort = new AbortController();
    stage.portal.fault("createKey", { kind: "delay", ms: 200 });
    stage.portal.onArrival = (step) => step === "createKey" && abort.abort(fault);
    const rotation = stage.withSession.rotateKey(stage.keyUuid, {
      keep: () => expect.unreachable(),
      signal: abort.signal,
    });
    expect(await failure(rotation, Error)).toBe(fault);
    expect(uuids(stage)).toEqual([stage.keyUuid]);
    expect(count(stage.portal, "createKey")).toBe(1);
  });

  test("rejects with the abort's reason where the service refused the creation meanwhile", async () => {
    await using stage = await openStage();
    const abort = new AbortController();
    stage.portal.fault("createKey", { kind: "status", status: 422 });
    stage.portal.onArrival = (step) => step === "createKey" && abort.abort(fault);
    const rotation = stage.withSession.rotateKey(stage.keyUuid, { keep: () => {}, signal: abort.signal });
    expect(await failure(rotation, Error)).toBe(fault);
    expect(uuids(stage)).toEqual([stage.keyUuid]);
  });

  test("tells why the old key is still there, and gives the new one all the same", async () => {
    await using stage = await openStage();
    stage.portal.fault("deleteKey", { kind: "status", status: 403 });
    const { key, cleanUpError } = await stage.withSession.rotateKey(stage.keyUuid, { keep: () => {} });
    expect(cleanUpError).toBeInstanceOf(ApiError);
    expect(uuids(stage)).toEqual([stage.keyUuid, key.uuid]);
  });

  test("names the new key that could be neither kept nor deleted", async () => {
    await using stage = await openStage();
    stage.portal.fault("deleteKey", { kind: "status", status: 403 });
    const keep = () => Promise.reject(fault);
    const error = await failure(stage.withSession.rotateKey(stage.keyUuid, { keep }), StrayKeyError);
    expect(error.cause).toBe(fault);
    expect(uuids(stage)).toEqual([stage.keyUuid, error.uuid]);
  });

  test("says that the answer to the creation was lost", async () => {
    await using stage = await openStage();
    stage.portal.fault("createKey", { kind: "resetAfter" });
    const keep = () => expect.unreachable();
    const error = await failure(stage.withSession.rotateKey(stage.keyUuid, { keep }), LostKeyError);
    const [old, lost] = uuids(stage);
    expect(old).toBe(stage.keyUuid);
    expect(error.candidates.map(({ uuid }) => uuid)).toEqual([lost as string]);
  });

  test("creates nothing for a key that is not there", async () => {
    await using stage = await openStage();
    const keep = () => expect.unreachable();
    for (const uuid of ["laptop", "4b3b7b8e-0d0f-4b0a-9d0e-3f6f0c0d2f11"])
      await failure(stage.withSession.rotateKey(uuid, { keep }), KeyNotFoundError);
    expect(count(stage.portal, "createKey")).toBe(0);
  });
});

describe("withKey", () => {
  test("gives a key that works, and deletes it afterwards", async () => {
    await using stage = await openStage();
    const result = await stage.withSession.withKey("job", async (key) => {
      expect(key.name).toBe("job");
      return (await stage.client({ token: key.token }).account()).email;
    });
    expect(result).toBe(EMAIL);
    expect(uuids(stage)).toEqual([stage.keyUuid]);
  });

  test.each([
    ["rejects", () => Promise.reject(fault)],
    [
      "throws",
      () => {
        throw fault;
      },
    ],
  ])("deletes it when the function %s, and rejects with that", async (_, use) => {
    await using stage = await openStage();
    expect(await failure(stage.withSession.withKey("job", use), Error)).toBe(fault);
    expect(uuids(stage)).toEqual([stage.keyUuid]);
    expect(count(stage.portal, "createKey")).toBe(1);
  });

  test("names the key that could not be deleted", async () => {
    await using stage = await openStage();
    stage.portal.fault("deleteKey", { kind: "status", status: 403 });
    const error = await failure(
      stage.withSession.withKey("job", () => "done"),
      StrayKeyError,
    );
    expect(uuids(stage)).toEqual([stage.keyUuid, error.uuid]);
    expect(error.cause).toBeInstanceOf(ApiError);
    expect(error.message).toContain(error.uuid);
  });

  test("ends at once when it is aborted while its own key is exchanged", async () => {
    await using stage = await openStage();
    const abort = new AbortController();
    stage.portal.fault("exchange", { kind: "hang" });
    stage.portal.onArrival = () => abort.abort(fault);
    const job = stage.withKey.withKey("job", () => expect.unreachable(), { signal: abort.signal });
    expect(await failure(job, Error)).toBe(fault);
    expect(stage.portal.steps()).toEqual(["exchange"]);
  });

  test("waits five seconds for a creation when it is aborted, and leaves no request running", async () => {
    await using stage = await openStage({}, { timeout: 60_000 });
    const abort = new AbortController();
    stage.portal.fault("createKey", { kind: "hang" });
    stage.portal.onArrival = () => abort.abort(fault);
    const left = new Promise<void>((resolve) => {
      stage.portal.onRequest = () => resolve();
    });
    const started = performance.now();
    const job = stage.withSession.withKey("job", () => expect.unreachable(), { signal: abort.signal });
    expect((await failure(job, LostKeyError)).cause).toBe(fault);
    await left;
    expect(performance.now() - started).toBeWithin(4900, 20_000);
  }, 30_000);

  test("does not run the function when it is aborted before, and leaves no key", async () => {
    await using stage = await openStage();
    const signal = AbortSignal.abort(fault);
    const job = stage.withSession.withKey("job", () => expect.unreachable(), { signal });
    expect(await failure(job, Error)).toBe(fault);
    expect(stage.portal.requests).toBeEmpty();
  });
});

describe("findKey", () => {
  test("finds the one key of exactly this name", async () => {
    await using stage = await openStage();
    const [wanted] = stage.portal.addKeys(EMAIL, ["ci", "ci-2", "CI"]);
    expect((await stage.withSession.findKey("ci"))?.uuid).toBe(wanted?.uuid as string);
    expect(await stage.withSession.findKey("c")).toBeUndefined();
  });

  test("lists the UUIDs where several have it", async () => {
    await using stage = await openStage();
    const twins = stage.portal.addKeys(EMAIL, ["ci", "ci"]);
    const error = await failure(stage.withSession.findKey("ci"), AmbiguousKeyError);
    for (const { uuid } of twins) expect(error.message).toContain(uuid);
    expect(error.keys).toHaveLength(2);
  });
});

describe("keys()", () => {
  const fill = (stage: Stage, length: number) => {
    stage.portal.get(EMAIL).keys = [];
    return stage.portal.addKeys(EMAIL, names(length)).map(({ uuid }) => uuid);
  };

  test.each([
    [0, 1],
    [100, 1],
    [250, 3],
  ])("gives all %p keys once, newest first, in %p pages", async (length, pages) => {
    await using stage = await openStage();
    const expected = fill(stage, length).reverse();
    const given: string[] = [];
    for await (const { uuid } of stage.withSession.keys()) given.push(uuid);
    expect(given).toEqual(expected);
    expect(count(stage.portal, "listKeys")).toBe(pages);
  });

  test("asks for a page when the loop comes to it, and for none once it is left", async () => {
    await using stage = await openStage();
    fill(stage, 250);
    let met = 0;
    for await (const _ of stage.withSession.keys()) if (++met === 101) break;
    expect(count(stage.portal, "listKeys")).toBe(2);
  });

  test.each([
    ["all", () => true],
    ["every third", (at: number) => at % 3 === 0],
    ["one", (at: number) => at === 0],
  ])("misses none while the loop deletes %s of them", async (_, isDeleted) => {
    await using stage = await openStage();
    const expected = fill(stage, 250);
    const given: string[] = [];
    for await (const { uuid } of stage.withSession.keys()) {
      if (isDeleted(given.length))
        stage.portal.get(EMAIL).keys = stage.portal.get(EMAIL).keys.filter((key) => key.uuid !== uuid);
      given.push(uuid);
    }
    expect(given.sort()).toEqual(expected.sort());
  });

  test("misses none while as many keys are created as it gives", async () => {
    await using stage = await openStage();
    const expected = fill(stage, 250);
    const given: string[] = [];
    for await (const { uuid } of stage.withSession.keys()) {
      stage.portal.addKeys(EMAIL, ["newer"]);
      given.push(uuid);
    }
    expect(given.sort()).toEqual(expected.sort());
  });

  test("ends with a service that gives the same page for ever", async () => {
    await using stage = await openStage();
    const data = [{ uuid: stage.keyUuid, name: "n", created_at: "2026-03-01T00:00:00Z" }];
    stage.portal.fault("listKeys", { kind: "json", value: { data, total: 100_000 } });
    const given = await Array.fromAsync(stage.withSession.keys());
    expect(given).toHaveLength(1);
    expect(count(stage.portal, "listKeys")).toBe(2);
  });

  test.each([50, 150])(
    "of %p rejects with the reason of an abort in its loop, and gives no more",
    async (length) => {
      await using stage = await openStage();
      fill(stage, length);
      const abort = new AbortController();
      let given = 0;
      const loop = async () => {
        for await (const _ of stage.withSession.keys({ signal: abort.signal })) {
          given++;
          abort.abort(fault);
        }
      };
      expect(await failure(loop(), Error)).toBe(fault);
      expect([given, count(stage.portal, "listKeys")]).toEqual([1, 1]);
    },
  );
});
