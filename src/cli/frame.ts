import { paint } from "./paint.ts";
import { sign } from "./signs.ts";
import { drawTransient, onlyLines, promptStands, writeStderr } from "./terminal.ts";

/** The frame around a dialogue: the first prompt begins it, and the outcome ends it. */

let title = "pinner";
let isOpen = false;

/** Says which command is asking, should it ask. */
export function nameDialogue(command: string): void {
  title = command;
}

export function beginDialogue(): void {
  if (isOpen || onlyLines()) return;
  isOpen = true;
  writeStderr(`${edge("start")}  ${title}\n`);
}

/** Ends a frame that no outcome has ended: what follows is somebody else's. */
export function endDialogue(): void {
  drawTransient("");
  if (isOpen) writeStderr(`${edge("bar")}\n${edge("end")}\n`);
  isOpen = false;
}

export const inDialogue = (): boolean => isOpen;

/** The frame is ended by whoever calls this. @returns whether it still needs an end: a prompt that stands has drawn one */
export function takeDialogue(): boolean {
  const needsEnd = isOpen && !promptStands();
  isOpen = false;
  return needsEnd;
}

export const edge = (name: "start" | "bar" | "end", stream: "stdout" | "stderr" = "stderr"): string =>
  paint(stream, "gray", sign(name));
