// Replaces the key in PINNER_AUTH_TOKEN by a new one, which it writes to a file: `node rotate.ts token.txt`.
import { writeFile } from "node:fs/promises";
import { Pinner, readClaims } from "pinner";

const { PINNER_AUTH_TOKEN: token = "" } = process.env;
const [file = "token.txt"] = process.argv.slice(2);
const uuid = readClaims(token)?.keyUuid;
if (!uuid) throw new Error("PINNER_AUTH_TOKEN holds no API key");

const { key, cleanUpError } = await new Pinner({ token }).rotateKey(uuid, {
  // The old key is deleted when this is done, and not if it fails.
  keep: (key) => writeFile(file, `${key.token}\n`, { mode: 0o600 }),
});
console.log(`${file} holds the key ${key.uuid}`);
if (cleanUpError !== undefined) console.warn(`The old key ${uuid} is still there: delete it.`);
