import { defineCommand } from "../../cli/command.ts";
import { Failure } from "../../cli/failure.ts";
import { safeText } from "../../cli/safe-text.ts";
import { renewal } from "../../cli/token-in-force.ts";
import { isExpired, readClaims } from "../../sdk/token.ts";

export default defineCommand({
  examples: [
    ["pinner auth token", "Print the token in force"],
    ['curl -H "Authorization: Bearer $(pinner auth token)" https://…', "Hand it to another tool"],
  ],
  async run(context) {
    const { out } = context;
    const { token, source } = await context.token();
    if (token === undefined) throw new Failure("auth_required", "not logged in", "Run `pinner auth`");
    const claims = readClaims(token);
    if (claims && isExpired(claims)) out.warn(`this token has expired. ${renewal(source)}`);
    await (out.json ? out.document({ token, source }) : out.result(safeText(token)));
  },
});
