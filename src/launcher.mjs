#!/usr/bin/env node
// What npm starts: dist/pinner.mjs is a copy, and so is pinner-sandbox.mjs, with the other program in its last line. No
// syntax and no import here is newer than Node 12: an older Node must come so far as to say that it is too old, where
// the program itself would die while it is parsed.

/** Styles are given to `util.styleText` as arrays: Node has that since 20.13 and 22.0, and never had it in 21. */
const isTooOld = (version) => {
  const [major, minor] = version.split(".").map(Number);
  return major < 20 || major === 21 || (major === 20 && minor < 13);
};

const refuse = (version) => {
  const message = `pinner needs Node 20.13 or newer, other than 21, and this is Node ${version}`;
  const hint =
    "Install a newer Node, or the program that needs none: https://github.com/pinner-xyz/pinner/releases";
  const options = process.argv.slice(2);
  const end = options.indexOf("--");
  const json = (end < 0 ? options : options.slice(0, end)).includes("--json");
  const document = { error: { code: "internal", message, hint } };
  process.stderr.write(json ? `${JSON.stringify(document, null, 2)}\n` : `error: ${message}. ${hint}\n`);
  process.exitCode = 1;
};

const { bun, deno, node } = process.versions;
// Bun and Deno call themselves some Node too, but have what is needed.
if (!bun && !deno && isTooOld(node)) refuse(node);
else {
  // Node's own warnings would stand beside the one document on stderr; what matters of them, the program says itself.
  if (!bun && !deno) process.removeAllListeners("warning");
  import("./cli.mjs");
}
