/** Whether a result is good news; `note` where it is neither, `none` where there was nothing to tell. */
export type State = "good" | "bad" | "unsure" | "note" | "none";

export type Row = [label: string, value: string | undefined];

/** One of several things that were looked at. */
export interface Item {
  state: State;
  label: string;
  text: string;
  /** What to do, in lines of its own. */
  advice?: string;
}

/** A result for people: what a terminal shows of it, in a look that is the same for all. Texts need not be safe. */
export interface Report {
  state?: State;
  /** What stands above it, and leads to it. */
  items?: Item[];
  /** The same, set apart from them. */
  apart?: Item[];
  title: string;
  /** Those without a value are left out. */
  rows?: Row[];
  /** Stands below as it is: a table, or what is to be copied. It must be safe already. */
  body?: string;
}
