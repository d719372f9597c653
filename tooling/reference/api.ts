import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { declare } from "../build/declarations.ts";
import { deno } from "../forms.ts";
import { must } from "../process.ts";

/** What is documented, by the name that a program imports; each becomes a page of `docs/api`. */
const modules = { pinner: "index.d.ts", testing: "testing/index.d.ts" };

/** The parts that are used here of what `deno doc --json` tells. */
interface Documented {
  name?: string;
  kind?: string;
  jsDoc?: { doc?: string; tags?: Tag[] };
  location: { filename: string; byteIndex: number };
  def?: { constructors?: Documented[]; properties?: Documented[]; methods?: Documented[] };
}
interface Tag {
  kind: string;
  name?: string;
  doc?: string;
  tsType?: { repr: string };
}
interface Found {
  nodes: Record<
    string,
    {
      module_doc: NonNullable<Documented["jsDoc"]>;
      symbols: { name: string; declarations: Documented[] }[];
    }
  >;
}

/** The library's reference in Markdown, out of the declarations that are published: a page's name, and its text. */
export async function apiPages(): Promise<[name: string, text: string][]> {
  const directory = await mkdtemp(join(tmpdir(), "pinner-declarations-"));
  try {
    const types = join(directory, "types");
    await declare(types);
    // Deno takes the name of a module as it stands.
    for await (const path of new Bun.Glob("**/*.d.ts").scan({ cwd: types, absolute: true }))
      await writeFile(path, (await readFile(path, "utf8")).replace(/(from "\..*)\.ts"/g, '$1.d.ts"'));
    const pages: [string, string][] = [];
    for (const [name, entry] of Object.entries(modules)) {
      const found: Found = JSON.parse(await must(deno, "doc", "--json", "--no-config", join(types, entry)));
      const [page] = Object.values(found.nodes);
      if (!page) throw new Error(`nothing is documented of ${name}`);
      const symbols: string[] = [];
      for (const { name, declarations } of page.symbols)
        for (const declaration of declarations) symbols.push(await symbolOf(name, declaration));
      const title = name === "pinner" ? "`pinner`" : `\`pinner/${name}\``;
      const list = page.symbols.map(({ name }) => `[${name}](#${name.toLowerCase()})`).join(", ");
      pages.push([
        `${name}.md`,
        `# ${title}\n\n${described(page.module_doc)}\nExports: ${list}.\n\n${symbols.join("\n")}`,
      ]);
    }
    return pages;
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function symbolOf(name: string, declaration: Documented): Promise<string> {
  const { constructors = [], properties = [], methods = [] } = declaration.def ?? {};
  // What has no methods is read best as a whole.
  const isLong = declaration.kind === "class" && methods.length > 0;
  const head = isLong ? "" : `\`\`\`ts\n${await textOf(declaration)}\n\`\`\`\n\n`;
  const members: string[] = [];
  if (isLong)
    for (const member of [...constructors, ...properties, ...methods]) {
      const heading = constructors.includes(member) ? "constructor" : member.name;
      const code = await textOf(member);
      members.push(`### ${name}: ${heading}\n\n\`\`\`ts\n${code}\n\`\`\`\n\n${described(member.jsDoc)}`);
    }
  return `## ${name}\n\n${head}${described(declaration.jsDoc)}${members.length > 0 ? "\n" : ""}${members.join("\n")}`;
}

/** A declaration as it stands in its file: up to its semicolon or its closing brace. */
async function textOf({ location, kind }: Documented): Promise<string> {
  const bytes = await readFile(fileURLToPath(location.filename));
  const rest = bytes.subarray(location.byteIndex).toString();
  let depth = 0;
  let end = 0;
  for (const sign of rest.replace(/=>/g, "==")) {
    end += sign.length;
    if ("{([<".includes(sign)) depth++;
    if ("})]>".includes(sign)) depth--;
    if (depth === 0 && (sign === ";" || (sign === "}" && (kind === "interface" || kind === "class")))) break;
  }
  return rest
    .slice(0, end)
    .replace(/^(export )?(declare )?/, "")
    .replace(/^ {4}/gm, "  ");
}

function described({ doc = "", tags = [] }: NonNullable<Documented["jsDoc"]> = {}): string {
  const of = (kind: string) => tags.filter((tag) => tag.kind === kind);
  const flat = (text = "") => text.trim().replace(/\s*\n\s*/g, " ");
  const rows = [
    ...of("param").map(({ name, doc }) => `- \`${name}\`: ${flat(doc)}`),
    ...of("return").map(({ doc }) => `- gives: ${flat(doc)}`),
    ...of("throws").map(({ tsType, doc }) => `- throws${tsType ? ` \`${tsType.repr}\`` : ""}: ${flat(doc)}`),
  ];
  const parts = [doc.trim(), rows.join("\n"), ...of("example").map(({ doc }) => doc?.trim() ?? "")];
  return parts
    .filter((part) => part !== "")
    .map((part) => `${part}\n`)
    .join("\n");
}
