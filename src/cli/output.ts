import { type ConsolaInstance, createConsola } from "consola/core";
import { type Colour, paint } from "./paint.ts";
import type { Report } from "./report.ts";
import { redact, safeJson, safeText } from "./safe-text.ts";
import { drawTransient, losesStdout, writeStderr, writeStdout } from "./terminal.ts";

export interface Output {
  json: boolean;
  quiet: boolean;
  /**
   * The result, to stdout; resolves once it is written. Its text must be safe already.
   * @param report what a terminal shows in place of the text
   * @throws {OutputError}
   */
  result(text: string, report?: Report): Promise<void>;
  document(value: unknown): Promise<void>;
  /** To be asked before anything is made that is shown once. @throws {OutputError} when nobody would see it */
  assertSeen(): Promise<void>;
  /** Writes a document but for its end. @returns writes the other members, of which there must be some, and the end */
  openDocument(members: object): Promise<(others: object) => Promise<void>>;
  /** To stderr, unless quiet: `info` a note, `warn` a warning, `debug` only when verbose. */
  info(text: string): void;
  warn(text: string): void;
  debug(text: string): void;
  /** Lines for who is asked, to stderr: a table, a code to scan. They must be safe already. */
  aside(render: (columns: number | undefined) => string): void;
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
  /** Begins the frame of the prompts before the first: what is said from now on belongs to them. */
  beginDialogue(): void;
  /** Ends it, where no result does: what follows on the terminal is another program's. */
  endDialogue(): void;
  /** Shows at a terminal what is waited for, once that takes a while. @param words as in `Logging in` */
  waitFor<Result>(words: string, work: Promise<Result>): Promise<Result>;
  /** Says how far it has come, such as `20 of 251 keys`. */
  tellProgress(text: string): void;
  /** Whether either shows anything. */
  showsWaiting: boolean;
}

/** How results and messages look at a terminal: `look.ts`. */
export type Look = typeof import("./look.ts");

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
  drawTransient("");
  try {
    await writeStdout(text);
  } catch (cause) {
    throw new OutputError(cause);
  }
}

const labels: Record<string, { text: string; colour: Colour }> = {
  warn: { text: "warning: ", colour: "yellow" },
  error: { text: "error: ", colour: "red" },
  debug: { text: "· ", colour: "dim" },
};

/** What stands before a message of some type. */
function label(type: string): string {
  const { text, colour } = labels[type] ?? {};
  return text && colour ? paint("stderr", colour, text) : "";
}

/** @param terminal how things look at a terminal; without it they are plain text */
export function createOutput(
  flags: { json: boolean; quiet: boolean; verbose: boolean },
  terminal?: Look,
): Output {
  const look = flags.json ? undefined : terminal;
  const waiting = flags.quiet ? undefined : look;
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
            const text = safeText(redact(args.join(" ")));
            const line = `${label(type)}${text}\n`;
            if (flags.json) held.push(line);
            else writeStderr(look?.formatMessage(type, text, undefined, line) ?? line);
          },
        },
      ],
    }));
  return {
    json: flags.json,
    quiet: flags.quiet,
    result: (text, report) => write(`${look?.formatResult(text, report) ?? text}\n`),
    document: (value) => write(`${safeJson(value)}\n`),
    async assertSeen() {
      if (losesStdout()) throw new OutputError(new Error("stdout is closed"));
    },
    async openDocument(members) {
      await write(`${safeJson(members).slice(0, -"\n}".length)},\n`);
      return (others) => write(`${safeJson(others).slice("{\n".length)}\n`);
    },
    info: (text) => logger().info(text),
    warn: (text) => logger().warn(text),
    debug: (text) => logger().debug(text),
    aside(render) {
      if (look) look.showAside(render);
      else writeStderr(`${render(undefined)}\n`);
    },
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
        return;
      }
      const plain = `${label("error")}${safeText(advice ? `${withoutFullStop(line)}. ${advice}` : line)}\n`;
      writeStderr(look?.formatMessage("error", safeText(line), advice && safeText(advice), plain) ?? plain);
    },
    flush() {
      for (const line of held.splice(0)) writeStderr(line);
    },
    drop() {
      held.length = 0;
    },
    beginDialogue: () => look?.beginDialogue(),
    waitFor: (words, work) => waiting?.waitFor(words, work) ?? work,
    tellProgress: (text) => waiting?.tellProgress(text),
    showsWaiting: waiting !== undefined,
    endDialogue: () => look?.endDialogue(),
  };
}
