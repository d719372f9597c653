import { readScreen, type Screen } from "./emulator.ts";
import { type Scene, scenes } from "./scenes.ts";
import { type Identity, openStage } from "./stage.ts";
import { drawScreen } from "./svg.ts";
import { textOf } from "./text.ts";
import { type Theme, themes } from "./themes.ts";

/** A usual terminal, and a narrow one. */
const WIDTHS = [80, 48];
/** Where the files of all scenes are, from the root of the project; nothing else is there. */
export const directories = { texts: "tests/screens/golden", pictures: "docs/screens" };
/** The page with all pictures. */
export const page = "docs/screens.md";

export type SceneName = keyof typeof scenes;
export const sceneNames = Object.keys(scenes) as SceneName[];

/** Does what a scene says in a terminal of so many columns. @returns what that shows at its end */
async function play(scene: Scene, identity: Identity, columns: number): Promise<Screen> {
  await using stage = await openStage(identity, columns);
  await scene.prepare?.(stage);
  return readScreen(await stage.type(scene.command, scene.answers ?? [], scene.exit ?? 0), columns);
}

/** All files of a scene, by their paths from the root of the project: what `pinner` shows now. */
export async function filesOf(name: SceneName, identity: Identity): Promise<Record<string, string>> {
  const scene: Scene = scenes[name];
  const files: Record<string, string> = {};
  for (const columns of WIDTHS) {
    const screen = await play(scene, identity, columns);
    files[`${directories.texts}/${name}-${columns}.txt`] = textOf(screen);
    for (const [kind, theme] of Object.entries<Theme>(themes))
      files[`${directories.pictures}/${name}-${columns}-${kind}.svg`] = drawScreen(
        screen,
        theme,
        scene.title,
      );
  }
  return files;
}

/** The page with all pictures, in the theme of whoever reads it. */
export function drawPage(): string {
  const parts = sceneNames.map((name) => {
    const file = (columns: number, theme: string) => `screens/${name}-${columns}-${theme}.svg`;
    const narrow = Object.keys(themes).map((theme) => `[${theme}](${file(48, theme)})`);
    return `## \`${scenes[name].command}\`

${scenes[name].title}. At 48 columns: ${narrow.join(", ")}.

<picture>
  <source media="(prefers-color-scheme: dark)" srcset="${file(80, "dark")}">
  <img src="${file(80, "light")}" alt="${scenes[name].title}">
</picture>
`;
  });
  return `# What it looks like

Each picture is what a real terminal showed: \`bun run screens\` runs the program in one and draws all of them, and this
page. A test fails when the program shows something else.

${parts.join("\n")}`;
}
