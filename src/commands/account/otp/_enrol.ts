import type { QrCodeGenerateResult } from "uqr";
import { clockProblem } from "../../../auth/clock.ts";
import { codeProblem, readCode } from "../../../cli/ask.ts";
import type { Context } from "../../../cli/context.ts";
import { safeText } from "../../../cli/safe-text.ts";
import { asciiOnly } from "../../../cli/signs.ts";
import { coloursOn } from "../../../cli/terminal.ts";
import { isOtpRefused } from "../../../sdk/errors.ts";

const ATTEMPTS = 5;
const FEW_COLUMNS = 80;
const FRAME = 3;

interface Enrolment {
  secret: string;
  uri: string;
  verify: (code: string) => Promise<void>;
  /** Milliseconds that the service's clock is ahead of this machine's. */
  clockOffset: () => number | undefined;
}

/** At a terminal: shows the secret in every form that an authenticator takes, and asks for its first code. */
export async function enrol(
  context: Context<never, never, "otp">,
  { secret, uri, verify, clockOffset }: Enrolment,
): Promise<void> {
  const { out } = context;
  const groups = secret.match(/.{1,4}/g)?.join(" ") ?? secret;
  const { encode } = await import("uqr");
  const code = encode(uri, { border: asciiOnly ? 1 : 2 });
  out.aside((columns = FEW_COLUMNS) => `Scan this with your authenticator:\n\n${qrCode(code, columns)}`);
  out.aside(() => `Or type this secret into it:\n${safeText(groups)}\n\nOr open:\n${safeText(uri)}`);
  for (let attempt = 1; ; attempt++) {
    const code = readCode(await context.prompt("otp", "Code that it shows", codeProblem), "the prompt");
    try {
      return await verify(code);
    } catch (error) {
      if (!isOtpRefused(error)) throw error;
      const problem = clockProblem(clockOffset() ?? 0);
      if (attempt > 1 && problem !== undefined)
        out.warn(
          `${problem}: codes depend on the time, so check the clock of the device with your authenticator`,
        );
      if (attempt === ATTEMPTS) throw error;
      out.warn("the service refused this code: enter the one that is shown now");
    }
  }
}

/** Dark on light, whatever the terminal's own colours are: two rows of the code in one line, where it has such signs. */
function qrCode({ data, size }: QrCodeGenerateResult, columns: number): string {
  const coloured = coloursOn("stderr");
  if (asciiOnly && !coloured) return "(this terminal cannot show the QR code)";
  // What is as wide as the terminal stands beside no frame.
  if (asciiOnly ? size * 2 > columns + FRAME : size > columns)
    return "(this terminal is too narrow for the QR code)";
  if (asciiOnly) return data.map((row) => `${row.map(square).join("")}${PLAIN}`).join("\n");
  const [on, off] = coloured ? ["\u001b[38;5;16;48;5;231m", PLAIN] : ["", ""];
  const lines: string[] = [];
  for (let y = 0; y < size; y += 2) {
    const cells = Array.from({ length: size }, (_, x) =>
      cell(data[y]?.[x] ?? false, data[y + 1]?.[x] ?? false),
    );
    lines.push(`${on}${cells.join("")}${off}`);
  }
  return lines.join("\n");
}

const PLAIN = "\u001b[0m";
const cell = (upper: boolean, lower: boolean): string => (upper ? (lower ? "█" : "▀") : lower ? "▄" : " ");
/** Two columns are about as wide as a line is high. */
const square = (dark: boolean): string => `\u001b[48;5;${dark ? 16 : 231}m  `;
