import { type ConsolaInstance, createConsola } from "consola/core";
import { redact, safeJson, safeText } from "./safe-text.ts";
import { losesStdout, writeStdout } from "./stdout.ts";
import { coloursOn, writeStderr } from "./terminal.ts";

export interface Output {
  json: boolean;
  quiet: boolean;
  /** The result, to stdout; resolves once it is written. Its text must be safe already. @throws {OutputError} */
  result(text: string): Promise<void>;
  document(value: unknown): Promise<void>;
  /** To be asked before anything is made that is shown once. @throws {OutputError} when nobody would see it */
  assertSeen(): Promise<void>;
  /** Writes a document but for its end. @returns writes the other members, of which there must be some, and the end */
  openDocument(members: object): Promise<(others: object) => Promise<void>>;
  /** To stderr, unless quiet: `info` a note, `warn` a warning, `debug` only when verbose. */
  info(text: string): void;
  warn(text: string): void;
  debug(text: string): void;
  error(failure: {
    code: string;
    message: string;
    hint?: string | undefined;
    status?: number | undefined;
  }): void;
  /** Shows what JSON mode held back; on failure it never is, so that stderr is one document. */
  flush(): void;
  /** Forgets what JSON mode held back. */
  drop(): void;
}

/** The result could not be written: stdout is closed, or the disk behind it is full. */
export class OutputError extends Error {
  override readonly name = "OutputError";
  /** Whoever read stdout has left, as `head` does. */
  readonly closed: boolean;

  constructor(cause: unknown) {
    super("the result could not be written to stdout", { cause });
    this.closed = (cause as { code?: string }).code === "EPIPE";
  }
}

// The look-behind: from each of many dots in its middle, a long text would be searched anew.
const withoutFullStop = (line: string): string => line.replace(/(?<![.\s])[.\s]+$/, "");

async function write(text: string): Promise<void> {
  try {
    await writeStdout(text);
  } catch (cause) {
    throw new OutputError(cause);
  }
}

const labels: Record<string, { text: string; colour: number }> = {
  warn: { text: "warning: ", colour: 33 },
  error: { text: "error: ", colour: 31 },
  debug: { text: "· ", colour: 2 },
};

/** What stands before a message of some type. */
function label(type: string): string {
  const { text, colour } = labels[type] ?? {};
  if (text === undefined) return "";
  return coloursOn("stderr") ? `\u001b[${colour}m${text}\u001b[0m` : text;
}

export function createOutput(flags: { json: boolean; quiet: boolean; verbose: boolean }): Output {
  const held: string[] = [];
  let log: ConsolaInstance | undefined;
  // Commands that ask no service have seldom anything to say but their result.
  const logger = () =>
    (log ??= createConsola({
      level: flags.quiet ? 0 : flags.verbose ? 4 : 3,
      throttle: 0,
      reporters: [
        {
          log({ type, args }) {
            const line = `${label(type)}${safeText(redact(args.join(" ")))}\n`;
            if (flags.json) held.push(line);
            else writeStderr(line);
          },
        },
      ],
    }));
  return {
    json: flags.json,
    quiet: flags.quiet,
    result: (text) => write(`${text}\n`),
    document: (value) => write(`${safeJson(value)}\n`),
    async assertSeen() {
      if (await losesStdout()) throw new OutputError(new Error("stdout is closed"));
    },
    async openDocument(members) {
      await write(`${safeJson(members).slice(0, -"\n}".length)},\n`);
      return (others) => write(`${safeJson(others).slice("{\n".length)}\n`);
    },
    info: (text) => logger().info(text),
    warn: (text) => logger().warn(text),
    debug: (text) => logger().debug(text),
    error({ code, message, hint, status }) {
      const line = redact(message);
      const advice = hint && redact(hint);
      if (flags.json) {
        const error = {
          code,
          message: line,
          ...(advice ? { hint: advice } : {}),
          ...(status ? { status } : {}),
        };
        writeStderr(`${safeJson({ error })}\n`);
      } else
        writeStderr(`${label("error")}${safeText(advice ? `${withoutFullStop(line)}. ${advice}` : line)}\n`);
    },
    flush() {
      for (const line of held.splice(0)) writeStderr(line);
    },
    drop() {
      held.length = 0;
    },
  };
}
