/** Another process stored another token while this one was at work. */
export class StoredTokenChangedError extends Error {
  override readonly name = "StoredTokenChangedError";

  constructor() {
    super("another process has changed the stored token meanwhile");
  }
}
