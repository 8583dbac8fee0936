// What a phone could not send, in one file: a ZIP of what is said and of the files that it names, each
// stored as it is, so that anybody can open it. Loaded when somebody asks for it.
// app/services/attachments/saved.py reads it.
const PIECE = 1048576;
// The first day that a ZIP can say: when a file was chosen is nobody's business.
const DAY = 33;
const UTF8 = 2048;

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit += 1) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

// A piece at a time: a film must not stay in memory as a whole.
const checksum = async (blob) => {
  let sum = -1;
  for (let at = 0; at < blob.size; at += PIECE) {
    const piece = new Uint8Array(await blob.slice(at, at + PIECE).arrayBuffer());
    for (const byte of piece) sum = (sum >>> 8) ^ TABLE[(sum ^ byte) & 255];
  }
  return ~sum >>> 0;
};

/** Numbers of two bytes, and of four where they stand in a list. */
const numbers = (...all) => {
  const view = new DataView(new ArrayBuffer(all.reduce((size, one) => size + (one.length ? 4 : 2), 0)));
  let at = 0;
  for (const one of all) {
    if (one.length) view.setUint32(at, one[0], true);
    else view.setUint16(at, one, true);
    at += one.length ? 4 : 2;
  }
  return view;
};

const zip = async (entries) => {
  const [parts, list] = [[], []];
  let offset = 0;
  for (const [text, blob] of entries) {
    const name = new TextEncoder().encode(text);
    const about = [20, UTF8, 0, 0, DAY, [await checksum(blob)], [blob.size], [blob.size], name.length, 0];
    const head = numbers([0x04034b50], ...about);
    list.push(numbers([0x02014b50], 20, ...about, 0, 0, 0, [0], [offset]), name);
    parts.push(head, name, blob);
    offset += head.byteLength + name.length + blob.size;
  }
  const size = list.reduce((sum, part) => sum + part.byteLength, 0);
  const end = numbers([0x06054b50], 0, 0, entries.length, entries.length, [size], [offset], 0);
  return new Blob([...parts, ...list, end], { type: "application/zip" });
};

/** `told`: the answers; `rows`: of each file instance, slug, name, sha256, called, anonymous and blob. */
export const carried = (told, rows) => {
  const files = rows.map(({ instance, slug, name, sha256, called, anonymous }, at) => ({
    entry: `files/${at + 1}-${name}`,
    instance,
    name,
    collection: slug || "",
    sha256: sha256 || "",
    called: anonymous ? "" : called,
  }));
  const index = new Blob([JSON.stringify({ ...told, files })]);
  return zip([["responses.json", index], ...rows.map(({ blob }, at) => [files[at].entry, blob])]);
};
