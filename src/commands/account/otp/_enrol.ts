import type { QrCodeGenerateResult } from "uqr";
import { clockProblem } from "../../../auth/clock.ts";
import { codeProblem, readCode } from "../../../cli/ask.ts";
import type { Context } from "../../../cli/context.ts";
import { safeText } from "../../../cli/safe-text.ts";
import { coloursOn } from "../../../cli/terminal.ts";
import { isOtpRefused } from "../../../sdk/errors.ts";

const ATTEMPTS = 5;
const FEW_COLUMNS = 80;

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
  const code = encode(uri, { border: 2 });
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

/** Two rows of the code in one line of text: dark on light whatever the terminal's own colours are. */
function qrCode({ data, size }: QrCodeGenerateResult, columns: number): string {
  if (size > columns) return "(this terminal is too narrow for the QR code)";
  const [on, off] = coloursOn("stderr") ? ["\u001b[38;5;16;48;5;231m", "\u001b[0m"] : ["", ""];
  const lines: string[] = [];
  for (let y = 0; y < size; y += 2) {
    const cells = Array.from({ length: size }, (_, x) =>
      cell(data[y]?.[x] ?? false, data[y + 1]?.[x] ?? false),
    );
    lines.push(`${on}${cells.join("")}${off}`);
  }
  return lines.join("\n");
}

const cell = (upper: boolean, lower: boolean): string => (upper ? (lower ? "█" : "▀") : lower ? "▄" : " ");
