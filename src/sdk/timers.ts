/**
 * The runtime's own, also where a program's test puts timers of its own in their place later: a request takes the time
 * that it takes, and would never end where time stands still.
 */
export const { setTimeout, clearTimeout } = globalThis;
