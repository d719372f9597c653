import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { editConfig } from "../../src/credentials/config-edit.ts";
import { ConfigError } from "../../src/credentials/config-error.ts";
import { hostileYaml } from "./hostile-yaml.ts";
import { type PyNode, type PyYaml, startPyYaml } from "./pyyaml.ts";

const KEY = "auth_token";
const RUNS = Number(process.env["YAML_RUNS"] ?? 1500);

let python: PyYaml;
beforeAll(() => {
  python = startPyYaml();
});
afterAll(() => python[Symbol.asyncDispose]());

/** The file with the key changed, or why it is not. */
async function edit(
  text: string,
  value: string | boolean | undefined,
): Promise<{ after: string } | "unread" | "refused"> {
  let read = false;
  try {
    const document = await editConfig(text, "/home/alice/config.yaml");
    read = true;
    if (value === undefined) document.unset(KEY);
    else document.set(KEY, value);
    return { after: await document.text() };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.problem).toBe("invalid");
    return read ? "refused" : "unread";
  }
}

/** The mapping's own pairs, ours apart from the others. */
function split(node: PyNode) {
  const content = node?.[1];
  const isMapping = typeof content === "object" && !Array.isArray(content);
  const isEmpty = node === null || node[0] === "tag:yaml.org,2002:null";
  if (!isMapping && !isEmpty) return undefined;
  const pairs = isMapping ? content.pairs : [];
  const isOurs = ([key]: [PyNode, PyNode]) => key?.[1] === KEY;
  return {
    tag: isMapping ? node?.[0] : "tag:yaml.org,2002:map",
    ours: pairs.filter(isOurs).map(([, value]) => value),
    others: pairs.filter((pair) => !isOurs(pair)),
  };
}

/** @returns whether there was anything to see: PyYAML knows less YAML than there is */
async function expectOneChange(
  text: string,
  value: string | boolean | undefined,
  after: string,
): Promise<boolean> {
  const node = await python.compose(text);
  const found = node === undefined ? undefined : split(node);
  if (found === undefined) return false;
  const changed = await python.compose(after);
  if (changed === undefined) throw new Error(`it is no YAML any more: ${JSON.stringify(after)}`);
  const tag = `tag:yaml.org,2002:${typeof value === "string" ? "str" : "bool"}`;
  const ours: PyNode[] = value === undefined ? [] : [[tag, `${value}`]];
  expect({ after, ...split(changed) }).toEqual({ after, ...found, ours });
  return true;
}

const values = fc.constantFrom(
  "eyJnew.a-b.c_d",
  "x: 'y' # z",
  "12:30",
  "\u2028\u{1F389}\n",
  true,
  false,
  undefined,
);

describe("a change of a key", () => {
  test("of any YAML is to an independent parser that one change, or is refused", async () => {
    let seen = 0;
    let refused = 0;
    const property = fc.asyncProperty(hostileYaml, values, async (text, value) => {
      const edited = await edit(text, value);
      if (typeof edited === "object") seen += Number(await expectOneChange(text, value, edited.after));
      else if (edited === "refused") refused++;
    });
    await fc.assert(property, { numRuns: RUNS });
    // Most could be changed, or this would have shown nothing.
    expect(seen).toBeGreaterThan(RUNS / 3);
    expect(refused).toBeLessThan(seen / 20);
  }, 120_000);
});
