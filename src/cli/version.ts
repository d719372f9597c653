// @ts-expect-error: Node has the default alone, of which the bundler would take the whole file into the program.
import { version as text } from "../../package.json" with { type: "json" };

export const version: string = text;
