/** The header structure of an RPM package: tagged values, an index of them, and a store. Numbers are big-endian. */

const types = { int16: 3, int32: 4, text: 6, bytes: 7, texts: 8, translated: 9 } as const;

/** A value, with its type's name. What is `translated` has one text, in no language. */
export type Value =
  | { int16: number[] }
  | { int32: number[] }
  | { text: string }
  | { bytes: Buffer }
  | { texts: string[] }
  | { translated: string };

const MAGIC = Buffer.from([0x8e, 0xad, 0xe8, 0x01, 0, 0, 0, 0]);
const ENTRY = 16;

/**
 * Makes one header.
 * @param region the tag that stands for all others: what is signed and counted is what it spans
 * @param values by their tags
 */
export function rpmHeader(region: number, values: Record<number, Value>): Buffer {
  const store: Buffer[] = [];
  let length = 0;
  const add = (data: Buffer, alignment: number): number => {
    const gap = (alignment - (length % alignment)) % alignment;
    store.push(Buffer.alloc(gap), data);
    const offset = length + gap;
    length = offset + data.length;
    return offset;
  };
  // An object's keys that are numbers come in their order, as they must here.
  const index = Object.entries(values).map(([tag, value]) => {
    const { type, data, count, alignment } = encode(value);
    return entry(Number(tag), type, add(data, alignment), count);
  });
  // At the end of the store stands how far back the region goes.
  const trailer = entry(region, types.bytes, -ENTRY * (index.length + 1), ENTRY);
  index.unshift(entry(region, types.bytes, add(trailer, 1), ENTRY));
  return Buffer.concat([MAGIC, int32s([index.length, length]), ...index, ...store]);
}

const entry = (tag: number, type: number, offset: number, count: number): Buffer =>
  int32s([tag, type, offset, count]);

function int32s(numbers: number[]): Buffer {
  const buffer = Buffer.alloc(4 * numbers.length);
  // Whether a number is signed is up to its reader.
  for (const [at, number] of numbers.entries()) buffer.writeInt32BE(number | 0, 4 * at);
  return buffer;
}

function int16s(numbers: number[]): Buffer {
  const buffer = Buffer.alloc(2 * numbers.length);
  for (const [at, number] of numbers.entries()) buffer.writeUInt16BE(number, 2 * at);
  return buffer;
}

function encode(value: Value): { type: number; data: Buffer; count: number; alignment: number } {
  if ("int16" in value)
    return { type: types.int16, data: int16s(value.int16), count: value.int16.length, alignment: 2 };
  if ("int32" in value)
    return { type: types.int32, data: int32s(value.int32), count: value.int32.length, alignment: 4 };
  if ("bytes" in value)
    return { type: types.bytes, data: value.bytes, count: value.bytes.length, alignment: 1 };
  if ("texts" in value)
    return { type: types.texts, data: texts(...value.texts), count: value.texts.length, alignment: 1 };
  if ("translated" in value)
    return { type: types.translated, data: texts(value.translated), count: 1, alignment: 1 };
  return { type: types.text, data: texts(value.text), count: 1, alignment: 1 };
}

const texts = (...all: string[]): Buffer => Buffer.from(all.map((text) => `${text}\0`).join(""));
