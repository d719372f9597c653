import { expect, test } from "bun:test";
import { readFile, writeFile } from "node:fs/promises";
import { parse, stringify } from "yaml";
import { removeToken, storeToken } from "../../src/auth/store.ts";
import { readConfig } from "../../src/credentials/config-file.ts";
import { temporaryDirectory } from "./temporary.ts";

/** As the Go command line writes it: every key that it knows, in the order of the alphabet. */
const THEIRS = {
  auth_token: "eyJhbGciOiJFZERTQSJ9.eyJhdWQiOlsiYXBpIl19.c2ln",
  base_endpoint: "pinner.xyz",
  gateway_endpoint: "https://gateway.pinner.xyz",
  max_retries: 3,
  memory_limit: 512,
  secure: true,
};
const OURS = "eyJhbGciOiJFZERTQSJ9.eyJhdWQiOlsiYXBpIl0sIm4iOjF9.c2ln";

test("the Go command line's config file is read, and keeps all that is not ours to change", async () => {
  await using home = await temporaryDirectory();
  const path = home.at("config.yaml");
  await writeFile(path, stringify(THEIRS));
  const { content } = await readConfig(path);
  expect(content).toMatchObject({ authToken: THEIRS.auth_token, baseEndpoint: "pinner.xyz", secure: true });
  expect(await storeToken(path, OURS)).toBe(THEIRS.auth_token);
  expect(parse(await readFile(path, "utf8"))).toEqual({ ...THEIRS, auth_token: OURS });
  await removeToken(path, () => true);
  const { auth_token: _, ...others } = THEIRS;
  expect(parse(await readFile(path, "utf8"))).toEqual(others);
});

test("what it makes of ours, sorted anew and without comments, is read as well", async () => {
  await using home = await temporaryDirectory();
  const path = home.at("config.yaml");
  await storeToken(path, OURS);
  const ours = parse(await readFile(path, "utf8"));
  await writeFile(path, stringify({ ...THEIRS, ...ours, auth_token: THEIRS.auth_token }));
  expect((await readConfig(path)).content.authToken).toBe(THEIRS.auth_token);
});
