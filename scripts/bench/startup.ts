import { stat } from "node:fs/promises";
import { join } from "node:path";
import { must, root } from "../../tooling/process.ts";
import { createWorld, EMAIL } from "../../tooling/world.ts";
import { atMost, compare, compileScript, count, type Row, time, workshop } from "./measure.ts";

const binary = join(root, "dist/pinner");
const script = join(root, "dist/pinner.mjs");
const deno = join(root, "node_modules/.bin/deno");
const MB = 1_000_000;
const MAX_SIZE_RATIO = 1.03;
/** Leaves room for a library's next version. */
const SIZE_RATIO_THAT_FAILS = 1.035;

/** How soon the program answers and how large it is, against a bare `console.log` and against others. */
export async function measureStartup(runs: number): Promise<Row[]> {
  const { script: bare, program: floor } = await compileScript("hi", 'console.log("hi");\n');
  return [...(await measureStarts(floor, bare, runs)), ...(await measureSize(floor))];
}

async function measureStarts(floor: string, bare: string, runs: number): Promise<Row[]> {
  await using world = await createWorld();
  await world.logIn(EMAIL);
  const env = { PINNER_HOME: world.home, PINNER_BASE_ENDPOINT: world.url, NO_COLOR: "1" };

  const offline = ["auth", "status", "--offline"];
  const commands = [
    [floor],
    [binary, "--version"],
    [binary, "--help"],
    [binary, "auth", "--help"],
    [binary, ...offline],
    ["gh", "--version"],
    ["npm", "--version"],
  ];
  const [ground, version, help, authHelp, status, gh, npm] = await time(commands, { runs, env });
  if (!ground || !version || !help || !authHelp || !status || !gh || !npm)
    throw new Error("a timing is missing");
  const hi = "console.log, compiled";
  const rows = [
    compare("start: --version", hi, version, ground, 1.3),
    compare("start: --help", hi, help, ground),
    compare("start: auth --help", hi, authHelp, ground, 2),
    compare("start: auth status --offline", hi, status, ground, 2.3),
    compare("start: --version", "gh --version", version, gh, 0.33),
    compare("start: auth --help", "gh --version", authHelp, gh, 0.33),
    compare("start: auth status --offline", "gh --version", status, gh, 0.33),
    compare("start: --version", "npm --version", version, npm),
    memory("memory: --version", version.memory, ground.memory),
    memory("memory: auth status --offline", status.memory, ground.memory, 1.5),
  ];

  const onRuntimes = [
    ["Node", ["node"]],
    ["Bun", [process.execPath]],
    ["Deno", [deno, "run", "--allow-all"]],
  ] as const;
  for (const [name, runtime] of onRuntimes) {
    const [alone, ours] = await time(
      [
        [...runtime, bare],
        [...runtime, script, ...offline],
      ],
      { runs, env },
    );
    if (alone && ours)
      rows.push(
        compare(`start: npm form, auth status --offline, on ${name}`, "console.log there", ours, alone),
      );
  }
  return rows;
}

const memory = (what: string, ours: number, theirs: number, limit = 1.3): Row => ({
  what,
  against: "console.log, compiled",
  ratio: `${(ours / theirs).toFixed(2)}×`,
  spread: `${(ours / MB).toFixed(0)} MB`,
  target: atMost(limit, ours / theirs),
});

/** Sizes and counts, which are the same on every machine. */
async function measureSize(floor: string): Promise<Row[]> {
  const [ours, theirs] = [(await stat(binary)).size, (await stat(floor)).size];
  const ratio = ours / theirs;
  const modules = await countModules();
  return [
    {
      what: "size of the binary",
      against: "console.log, compiled",
      ratio: `${ratio.toFixed(3)}×`,
      spread: `${(ours / MB).toFixed(1)} MB`,
      target: atMost(MAX_SIZE_RATIO, ratio),
      fails: ratio > SIZE_RATIO_THAT_FAILS,
    },
    count("modules loaded for --version", modules.version, 4),
    count("modules loaded for --help", modules.help, 12),
    count("modules loaded for every command", modules.main, 32),
  ];
}

interface Metafile {
  outputs: Record<
    string,
    { entryPoint?: string; inputs: Record<string, unknown>; imports: { path: string; kind: string }[] }
  >;
}

/** Modules in the chunks that a start loads: those of the entry, and those of the help or of `main.ts` on top. */
async function countModules(): Promise<{ version: number; help: number; main: number }> {
  const metafile = join(workshop, "meta.json");
  const bundle = ["build", "--splitting", "--format=esm", "--target=bun", `--outdir=${workshop}/out`];
  await must(process.execPath, ...bundle, `--metafile=${metafile}`, "src/bin.ts");
  const { outputs }: Metafile = await Bun.file(metafile).json();
  const chunkOf = (source: string) =>
    Object.entries(outputs).find(([, { inputs }]) => source in inputs)?.[0] ?? "";
  const closure = (path: string, seen = new Set<string>()): Set<string> => {
    if (seen.has(path)) return seen;
    seen.add(path);
    for (const { path: next, kind } of outputs[path]?.imports ?? [])
      if (kind === "import-statement" && next in outputs) closure(next, seen);
    return seen;
  };
  const modules = (...paths: string[]) =>
    new Set(
      paths.flatMap((path) => [...closure(path)]).flatMap((path) => Object.keys(outputs[path]?.inputs ?? {})),
    ).size;
  const entry = chunkOf("src/bin.ts");
  const help = modules(entry, chunkOf("src/help/quick.ts"));
  return { version: modules(entry), help, main: modules(entry, chunkOf("src/main.ts")) };
}
