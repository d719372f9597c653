import { isApiError, type Pinner } from "pinner";

/** The code under test: uploads with a key of its own, and tells how many older keys the account has. */
export async function archive(pinner: Pinner, upload: (token: string) => Promise<void>): Promise<string> {
  try {
    await pinner.withKey("archive", ({ token }) => upload(token));
    const keys = await pinner.listKeys();
    return `done, ${keys.length} other key${keys.length === 1 ? "" : "s"}`;
  } catch (error) {
    if (isApiError(error) && error.status === 401) return "log in again";
    throw error;
  }
}
