/** Preloaded into a program: its timers run down faster, as often as `HASTE` says. */
const { setTimeout: later } = globalThis;
const haste = Number(process.env["HASTE"]);
const sooner = (work: () => void, ms = 0, ...rest: []) => later(work, ms / haste, ...rest);
globalThis.setTimeout = Object.assign(sooner, later);
