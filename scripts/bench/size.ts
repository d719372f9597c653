import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../../tooling/process.ts";
import { type Row, workshop } from "./measure.ts";

const KB = 1000;
const library = join(root, "dist/index.mjs");
/** Clients of other services, and one for any. */
const others = ["ky", "@supabase/auth-js", "openai"];

/** What a program for a browser or a worker carries: everything that a library exports, bundled alike. */
export async function measureLibrary(): Promise<Row[]> {
  const all = await sizeOf("*", library);
  const claims = await sizeOf("{ readClaims }", library);
  const rows = [
    limited("library: all of it, minified, gzipped", all, 12 * KB),
    limited("library: `readClaims` alone, likewise", claims, 2 * KB),
  ];
  for (const name of others) {
    const theirs = await sizeOf("*", name);
    rows.push({
      what: "library: all of it, likewise",
      against: name,
      ratio: `${(all / theirs).toFixed(2)}×`,
      spread: `${inKilobytes(theirs)} alone`,
    });
  }
  return rows;
}

/** The bytes of a module with these exports of a library, as a program's bundler would deliver it. */
async function sizeOf(exported: string, from: string): Promise<number> {
  await mkdir(workshop, { recursive: true });
  const entry = join(workshop, "exports.mjs");
  await writeFile(entry, `export ${exported} from ${JSON.stringify(from)};\n`);
  const { outputs } = await Bun.build({ entrypoints: [entry], target: "browser", minify: true });
  const text = await outputs[0]?.text();
  if (!text) throw new Error(`nothing was bundled of ${from}`);
  return Bun.gzipSync(text, { level: 9 }).byteLength;
}

const limited = (what: string, bytes: number, limit: number): Row => ({
  what,
  against: "",
  ratio: inKilobytes(bytes),
  spread: "",
  target: `≤ ${inKilobytes(limit)}`,
  fails: bytes > limit,
});

const inKilobytes = (bytes: number): string => `${(bytes / KB).toFixed(1)} KB`;
