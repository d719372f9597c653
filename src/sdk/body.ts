/** A hundred keys take about 20 KB; whatever is larger than this is not an answer of the API. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * The text of a body.
 * @param end ends the reading: not every runtime passes an abort on to a body that is already being read
 * @returns what had come when it became larger than any answer of the API, and that it did
 * @throws the reason of `end`
 */
export async function readBody(
  body: ReadableStream<Uint8Array> | null,
  end: AbortSignal | undefined,
): Promise<{ text: string; tooLarge?: true }> {
  let text = "";
  end?.throwIfAborted();
  if (!body) return { text };
  const reader = body.getReader();
  const abort = () => void reader.cancel().catch(() => {});
  end?.addEventListener("abort", abort);
  const decoder = new TextDecoder();
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      end?.throwIfAborted();
      if (done) return { text: text + decoder.decode() };
      size += value.byteLength;
      if (size > MAX_BYTES) {
        abort();
        return { text, tooLarge: true };
      }
      text += decoder.decode(value, { stream: true });
    }
  } finally {
    end?.removeEventListener("abort", abort);
  }
}
