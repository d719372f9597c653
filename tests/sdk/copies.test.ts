import { beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as own from "../../src/index.ts";

/** The library once more, as a program has it that depends on it twice: in one minified file. */
let copy: typeof own;
beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), "pinner-copy-"));
  const file = join(directory, "index.mjs");
  const source = join(import.meta.dir, "../../src/index.ts");
  await Bun.$`${process.execPath} build --minify --target=node ${source} --outfile=${file}`.quiet();
  copy = await import(file);
  return () => rm(directory, { recursive: true });
});

type Guard = keyof typeof own & `is${string}`;
const answer = { operation: "otpVerify", method: "POST", path: "/" } as const;
const endpoint = "https://account.pinner.xyz";
const errors: [Guard[], make: (library: typeof own) => Error][] = [
  [["isApiError", "isOtpRefused"], ({ ApiError }) => new ApiError(answer, { status: 400 })],
  [["isBadResponseError"], ({ BadResponseError }) => new BadResponseError(answer, 200, "it is odd")],
  [["isInsecureEndpointError"], ({ InsecureEndpointError }) => new InsecureEndpointError("http")],
  [["isInvalidEndpointError"], ({ InvalidEndpointError }) => new InvalidEndpointError("none")],
  [["isAmbiguousKeyError"], ({ AmbiguousKeyError }) => new AmbiguousKeyError([])],
  [["isKeyNotFoundError"], ({ KeyNotFoundError }) => new KeyNotFoundError()],
  [["isLostKeyError"], ({ LostKeyError }) => new LostKeyError("ci", [], undefined)],
  [["isStrayKeyError"], ({ StrayKeyError }) => new StrayKeyError("uuid", undefined)],
  [["isInvalidOptionError"], ({ InvalidOptionError }) => new InvalidOptionError("none")],
  [
    ["isNetworkError"],
    ({ NetworkError }) => new NetworkError("ping", endpoint, { stage: "dns", reason: "ENOTFOUND" }),
  ],
  [["isRequestTimeoutError"], ({ RequestTimeoutError }) => new RequestTimeoutError("ping", endpoint, 30_000)],
  [["isTokenError"], ({ TokenError }) => new TokenError("missing")],
];
const guards = errors.flatMap(([names]) => names);

const isOne = (library: typeof own, name: Guard, error: unknown): boolean =>
  (library[name] as (error: unknown) => boolean)(error);

test.each(errors)("%j of either copy of the library know an error of the other", (names, make) => {
  for (const [thrower, asked] of [
    [own, copy],
    [copy, own],
  ] as const) {
    const error = make(thrower);
    expect(error).not.toBeInstanceOf(asked.PinnerError);
    expect(asked.isPinnerError(error)).toBe(true);
    expect(guards.filter((name) => isOne(asked, name, error))).toEqual(names);
  }
});

test("an error of another library is none of ours, though it has the same name", () => {
  const alien = Object.assign(new Error("another"), {
    name: "ApiError",
    operation: "otpVerify",
    status: 400,
  });
  for (const error of [alien, new DOMException("no", "NetworkError"), null, undefined, "ApiError"]) {
    for (const name of guards) expect(isOne(own, name, error)).toBe(false);
    expect(own.isPinnerError(error)).toBe(false);
  }
});
