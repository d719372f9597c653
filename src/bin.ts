#!/usr/bin/env node
import { main } from "./main.ts";

const exit = await main(process.argv.slice(2));
// Ends now, whatever is still open: a stdin that nobody closes, a connection kept for reuse, a request given up on.
process.stderr.write("", () => process.exit(exit));
