// Files of interviews on an interviewer's phone. Each is under a key of its own from the moment it is
// chosen; that key is under the PIN while the interview is a draft, and sealed for the service when it
// is finished, so that nothing large is written again then. app/services/fieldwork/sealed_files.py
// opens them; they go by the way of everybody's files, keep-files.js.

const BLOCK = 1048576;
const { subtle } = crypto;

export const filing = ({ work, ask, bytes, random, to64, hide, reveal, seal, alone }) => {
  const MARK = new Uint8Array([0x93, ...bytes("cabildo file 1\n")]);
  const hex = (data) => [...data].map((byte) => byte.toString(16).padStart(2, 0)).join("");
  const rows = () => work(["files"], (files) => ask(files.getAll()), "readonly");
  const content = (id) => work(["contents"], (contents) => ask(contents.get(id)), "readonly");
  const change = (id, told) =>
    work(["files"], async (files) => {
      const row = await ask(files.get(id));
      if (row) await ask(files.put({ ...row, ...told }));
    });
  const erase = (unwanted) =>
    work(["drafts", "files", "contents"], async (drafts, files, contents) => {
      const begun = new Set((await ask(drafts.getAllKeys())).map(String));
      for (const row of await ask(files.getAll())) {
        if (!unwanted(row, begun)) continue;
        await ask(files.delete(row.id));
        await ask(contents.delete(row.id));
      }
    });

  // The number of the block, and whether it is the last one
  const nonce = (number, last) => {
    const made = new Uint8Array(12);
    new DataView(made.buffer).setUint32(7, number);
    made[11] = last ? 1 : 0;
    return made;
  };

  const close = async (blob, key) => {
    const parts = [];
    for (let at = 0; at < blob.size; at += BLOCK) {
      const iv = nonce(at / BLOCK, at + BLOCK >= blob.size);
      const data = await blob.slice(at, at + BLOCK).arrayBuffer();
      // A blob each: a film must not stay in memory as a whole
      parts.push(new Blob([await subtle.encrypt({ name: "AES-GCM", iv }, key, data)]));
    }
    return new Blob(parts);
  };

  // Gives the name that the answer has, which says neither question nor content. Fails where the
  // phone has no room.
  const attach = async ({ instance, called, ending, blob, anonymous }) => {
    const key = await subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt"]);
    const closed = await close(blob, key);
    const name = `${hex(random(12))}.${ending}`;
    const told = { name, called: called || "", type: blob.type, size: blob.size, anonymous };
    const hidden = await hide({ ...told, key: to64(await subtle.exportKey("raw", key)) });
    await work(["files", "contents"], async (files, contents) => {
      await ask(contents.put(closed, name));
      await ask(files.put({ id: name, instance, hidden }));
    });
    return told;
  };

  const secrets = async (instance) => {
    const mine = (await rows()).filter((row) => row.instance === instance && row.hidden);
    return (await Promise.all(mine.map(({ hidden }) => reveal(hidden)))).filter(Boolean);
  };
  const of = async (instance) => (await secrets(instance)).map(({ key, ...told }) => told);

  const drop = (instance, named) =>
    erase((row) => row.instance === instance && row.hidden && !named.includes(row.id));

  /** What was begun and belongs to no draft any more. */
  const tidy = () => erase(({ instance, hidden }, begun) => hidden && !begun.has(instance));

  /** The rows of a draft's files as they are when it is finished: those that it names, sealed. */
  const sealing = async ({ instance, raw }) => {
    const named = Object.values(raw).flat();
    const mine = (await secrets(instance)).filter(({ name }) => named.includes(name));
    return Promise.all(
      mine.map(async ({ name, key, called, type, size, anonymous }) => {
        const secret = { key, called: anonymous ? "" : called.slice(-200) };
        const head = bytes(JSON.stringify(await seal(secret, `${instance} ${name}`)));
        return { id: name, instance, head, info: await hide({ called, type, size }) };
      }),
    );
  };

  // Sending

  const whole = async ({ id, head }) => {
    const size = new Uint8Array(4);
    new DataView(size.buffer).setUint32(0, head.length);
    return new Blob([MARK, size, head, await content(id)]);
  };

  /** What is finished and not all there yet, as leftOf in files.js reads it. */
  const left = async (instance) => {
    const closed = (await rows()).filter((row) => row.head && (!instance || row.instance === instance));
    return Promise.all(
      closed.map(async (row) => {
        const { called = "", type = "", size } = (await reveal(row.info)) || {};
        const known = size || (await content(row.id)).size;
        return { name: row.id, instance: row.instance, called, size: known, blob: { type }, refused: row.refused };
      }),
    );
  };

  /** What is finished and not all there yet, as carry.js takes it along: sealed as it is. */
  const carried = async () => {
    const closed = (await rows()).filter(({ head }) => head);
    const each = async (row) => ({ ...row, name: row.id, blob: await whole(row), anonymous: true });
    return Promise.all(closed.map(each));
  };

  const gone = (row) => erase(({ id }) => id === row.name);
  const refuse = ({ name }, { code, title, remedy }) => change(name, { refused: { code, title, remedy } });

  const sendOne = async (row, way) => {
    const blob = await whole(row);
    const sha256 = row.sha256 || (await way.digest(blob));
    if (sha256 !== row.sha256) await change(row.id, { sha256 });
    const { id: name, instance, slug } = row;
    return way.sendOne({ name, instance, slug, sha256, blob, size: blob.size, anonymous: true }, gone, refuse);
  };

  // Only what the service has the interview of has where to go. One that it cannot take now must not
  // keep back the others; without signal none goes.
  const round = async (way) => {
    const tried = new Set();
    for (;;) {
      const due = (await rows()).filter((row) => row.slug && !row.refused && !tried.has(row.id));
      if (!due.length) return;
      tried.add(due[0].id);
      await sendOne(due[0], await way());
    }
  };

  let sending;
  /** Sends what can go, and gives what is left; `way` gives keep-files.js. */
  const send = (way) => {
    sending =
      sending ||
      alone("files", () => round(way))
        .catch(() => 0)
        .then(() => {
          sending = null;
          return left();
        });
    return sending;
  };

  /** Those refused are tried again because somebody asks for it. */
  const retry = async () => {
    for (const { id, refused } of await rows()) if (refused) await change(id, { refused: null });
  };

  return { attach, of, drop, tidy, sealing, carried, left, send, retry };
};
