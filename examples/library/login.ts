// Logs in, with a 2FA code where the account asks for one, and prints a key: `node login.ts laptop`.
import { createInterface } from "node:readline";
import { isOtpRefused, Pinner } from "pinner";

const { PINNER_EMAIL: email = "", PINNER_PASSWORD: password = "" } = process.env;
const [name = "example"] = process.argv.slice(2);
const input = createInterface({ input: process.stdin });
const lines = input[Symbol.asyncIterator]();

const pinner = new Pinner();
const login = await pinner.login({ email, password });
const session = login.status === "authenticated" ? login.token : await askForCode(login.otpToken);
input.close();
const key = await pinner.withToken(session).createKey(name);
console.log(key.token);

/** Asks until a code is right: the 2FA token stays good for that. */
async function askForCode(otpToken: string): Promise<string> {
  process.stderr.write("2FA code: ");
  const { value: code, done } = await lines.next();
  if (done) throw new Error("no code was given");
  try {
    return await pinner.validateOtp(otpToken, code.trim());
  } catch (error) {
    if (!isOtpRefused(error)) throw error;
    console.error("That code is wrong or too old.");
    return askForCode(otpToken);
  }
}
