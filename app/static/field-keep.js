// What an interviewer's phone keeps, and how nobody but its owner reads it. Drafts are under a key
// that only the PIN opens and that lives in this page's memory alone; finished interviews are sealed
// for the service, so not even the PIN opens them. docs/en/interviewing.md says what holds when.

const NAME = "cabildo-field";
const VERSION = 2;
const STORES = {
  meta: {},
  drafts: { keyPath: "id" },
  cases: { keyPath: "id" },
  queue: { keyPath: "seq", autoIncrement: true },
  sent: { keyPath: "id" },
  // What is known of each file, and what is in it: static/field-files.js
  files: { keyPath: "id" },
  contents: {},
};
const ROUNDS = 310000;
const FREE_TRIES = 3;
const LONGEST_WAIT = 300000;
const LIST = 50;
const INFO = "cabildo field 1";

export const ask = (request) =>
  new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });

/** Who shows the page is told of pages of other releases: `newer` and `blocked`. */
export const heed = {};
const tell = (what) => heed[what] && heed[what]();

const connect = (...version) =>
  new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, ...version);
    asked.onupgradeneeded = () => {
      const known = asked.result.objectStoreNames;
      for (const name in STORES) if (!known.contains(name)) asked.result.createObjectStore(name, STORES[name]);
    };
    asked.onerror = () => fail(asked.error);
    // When the older page is closed, this goes on by itself
    asked.onblocked = () => tell("blocked");
    asked.onsuccess = () => {
      const shut = () => {
        asked.result.close();
        opening = null;
      };
      asked.result.onclose = shut;
      asked.result.onversionchange = ({ newVersion }) => {
        shut();
        if (newVersion > VERSION) tell("newer");
      };
      done(asked.result);
    };
  });

let opening;
const base = () => {
  // A newer page was here before: it took no store away
  const again = (error) => {
    if (!error || error.name !== "VersionError") throw error;
    tell("newer");
    return connect();
  };
  opening = opening || connect(VERSION).catch(again);
  opening.catch(() => (opening = null));
  return opening;
};

// One transaction: all of it is on the disk, or nothing. Tried once more where the phone closed the
// database under it.
export const work = async (names, act, mode = "readwrite", last = false) => {
  try {
    const all = (await base()).transaction(names, mode, { durability: "strict" });
    return await new Promise((done, fail) => {
      let result;
      all.oncomplete = () => done(result);
      all.onabort = () => fail(all.error);
      act(...names.map((name) => all.objectStore(name))).then((value) => (result = value), fail);
    });
  } catch (error) {
    if (last || !error || !/InvalidState|Abort|Unknown/.test(error.name)) throw error;
    opening = null;
    return work(names, act, mode, true);
  }
};
const put = (name, value, key) => work([name], (store) => ask(store.put(value, key)));
const get = (name, key) => work([name], (store) => ask(store.get(key)), "readonly");
const all = (name) => work([name], (store) => ask(store.getAll()), "readonly");
const drop = (name, key) => work([name], (store) => ask(store.delete(key)));

// Keys

export const bytes = (text) => new TextEncoder().encode(text);
export const random = (size) => crypto.getRandomValues(new Uint8Array(size));
const { subtle } = crypto;
export const to64 = (data) => btoa(String.fromCharCode(...new Uint8Array(data)));
const long64 = (data) => {
  let text = "";
  const view = new Uint8Array(data);
  for (let at = 0; at < view.length; at += 8192) text += String.fromCharCode(...view.subarray(at, at + 8192));
  return btoa(text);
};
const from64 = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

let key = null;

const wrapper = async (pin, salt) => {
  const given = await subtle.importKey("raw", bytes(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
  return subtle.deriveKey(how, given, { name: "AES-GCM", length: 256 }, false, ["wrapKey", "unwrapKey"]);
};

// Nobody reads any more what was chosen; files of unfinished interviews are gone
const closeFiles = async (files, contents) => {
  const rows = await ask(files.getAll());
  for (const row of rows) {
    if (row.head) await ask(files.put({ ...row, info: null }));
    else for (const store of [files, contents]) await ask(store.delete(row.id));
  }
  return rows.filter(({ head }) => head).length;
};

/** A new key under a new PIN. What an older key had locked can never be read again, so it goes. */
export const lockWith = async (pin) => {
  const made = await subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
  const [salt, iv] = [random(16), random(12)];
  const wrapped = await subtle.wrapKey("raw", made, await wrapper(pin, salt), { name: "AES-GCM", iv });
  await work(Object.keys(STORES), async (meta, drafts, cases, queue, sent, files, contents) => {
    await ask(meta.put({ salt, iv, wrapped, fails: 0, until: 0 }, "lock"));
    for (const store of [drafts, cases]) await ask(store.clear());
    for (const store of [queue, sent]) {
      for (const row of await ask(store.getAll())) await ask(store.put({ ...row, info: null }));
    }
    await closeFiles(files, contents);
  });
  // The copy that stays in memory cannot be taken out of it
  key = await subtle.importKey("raw", await subtle.exportKey("raw", made), "AES-GCM", false, ["encrypt", "decrypt"]);
};

/** {open: true}, or how many milliseconds to wait before the next try. */
export const unlock = async (pin) => {
  const lock = await get("meta", "lock");
  const wait = Math.min(lock.until - Date.now(), LONGEST_WAIT);
  if (wait > 0) return { wait };
  // Counted before it is tried: a page that is closed in between counts too
  const fails = lock.fails + 1;
  const pause = fails > FREE_TRIES ? Math.min(LONGEST_WAIT, 5000 * 2 ** (fails - FREE_TRIES - 1)) : 0;
  await put("meta", { ...lock, fails, until: Date.now() + pause }, "lock");
  try {
    const how = { name: "AES-GCM", iv: lock.iv };
    key = await subtle.unwrapKey("raw", lock.wrapped, await wrapper(pin, lock.salt), how, "AES-GCM", false, ["encrypt", "decrypt"]);
  } catch (error) {
    return { wait: pause };
  }
  await put("meta", { ...lock, fails: 0, until: 0 }, "lock");
  return { open: true };
};

export const lock = () => (key = null);
export const isOpen = () => !!key;

export const hide = async (value) => {
  const iv = random(12);
  return { iv, data: await subtle.encrypt({ name: "AES-GCM", iv }, key, bytes(JSON.stringify(value))) };
};
export const reveal = async (hidden) => {
  if (!hidden || !key) return null;
  try {
    const data = await subtle.decrypt({ name: "AES-GCM", iv: hidden.iv }, key, hidden.data);
    return JSON.parse(new TextDecoder().decode(data));
  } catch (error) {
    return null;
  }
};

// app/services/fieldwork/sealing.py
export const seal = async (value, id) => {
  const pack = await get("meta", "pack");
  const theirs = from64(pack.key);
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const own = await subtle.generateKey(curve, false, ["deriveBits"]);
  const sender = new Uint8Array(await subtle.exportKey("raw", own.publicKey));
  const other = await subtle.importKey("raw", theirs, curve, false, []);
  const shared = await subtle.deriveBits({ name: "ECDH", public: other }, own.privateKey, 256);
  const salt = await subtle.digest("SHA-256", new Uint8Array([...sender, ...theirs]));
  const seed = await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt, info: bytes(INFO) };
  const secret = await subtle.deriveKey(how, seed, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const iv = random(12);
  const data = await subtle.encrypt({ name: "AES-GCM", iv, additionalData: bytes(id) }, secret, bytes(JSON.stringify(value)));
  return { key: to64(sender), iv: to64(iv), data: long64(data) };
};

export const uuid = () => {
  const made = random(16);
  made[6] = (made[6] & 15) | 64;
  made[8] = (made[8] & 63) | 128;
  const hex = [...made].map((byte) => byte.toString(16).padStart(2, 0)).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
};

// What the phone takes along

export const prepared = async () => {
  const [secret, pack, locked] = await Promise.all(["secret", "pack", "lock"].map((name) => get("meta", name)));
  return { secret, pack, locked: !!locked };
};
export const enrol = (secret) => put("meta", secret, "secret");
export const chosen = async (value) => (value ? put("meta", value, "chosen") : get("meta", "chosen"));

const call = async (address, options = {}) => {
  const secret = await get("meta", "secret");
  const headers = { Authorization: `Device ${secret}`, "Content-Type": "application/json" };
  return fetch(address, { ...options, headers, credentials: "omit", cache: "no-store", redirect: "error" });
};

/** Asks the service for collections and quotas: "ok", "revoked" or "offline". */
export const refresh = async (language) => {
  try {
    const answer = await call(`/field/data?lang=${language}`);
    if (answer.status === 401) return "revoked";
    if (!answer.ok) return "offline";
    await put("meta", { ...(await answer.json()), at: new Date().toISOString() }, "pack");
    return "ok";
  } catch (error) {
    return "offline";
  }
};

// Drafts and cases

export const save = async (draft) => {
  draft.counter = (draft.counter || 0) + 1;
  draft.updated = new Date().toISOString();
  await put("drafts", { id: draft.instance, ...(await hide(draft)) });
};
const opened = async (name) => (await Promise.all((await all(name)).map(reveal))).filter(Boolean);
export const drafts = () => opened("drafts");
export const cases = () => opened("cases");
const dropFiles = async (files, contents, unwanted) => {
  for (const row of await ask(files.getAll())) {
    if (unwanted(row)) for (const store of [files, contents]) await ask(store.delete(row.id));
  }
};
export const forget = ({ instance }) =>
  work(["drafts", "files", "contents"], async (drafts, files, contents) => {
    await ask(drafts.delete(instance));
    await dropFiles(files, contents, (row) => row.instance === instance);
  });

// Finished: sealed, and gone from the drafts in the same step

const info = (value) => (key ? hide(value) : null);

/** `closed`: the rows of its files, sealed (static/field-files.js). */
export const finish = async (draft, finished_at, closed = []) => {
  const { instance, slug, version, correction, started_at, zone, language, raw, field } = draft;
  const response = { kind: "response", collection: slug, version, correction, started_at, finished_at, zone, language, answers: raw };
  const contact = { ...contactOf(field, slug, "interview"), instance_id: instance };
  const told = { title: draft.title, address: field.address, finished_at };
  const rows = [
    { id: instance, sealed: await seal(response, instance), info: await info(told), state: "waiting" },
    { id: contact.id, sealed: await seal(contact, contact.id), state: "waiting", side: true },
  ];
  await work(["drafts", "queue", "cases", "files", "contents"], async (drafts, queue, cases, files, contents) => {
    for (const row of rows) await ask(queue.add(row));
    for (const row of closed) await ask(files.put(row));
    await dropFiles(files, contents, (row) => row.instance === instance && !row.head);
    await ask(drafts.delete(instance));
    await ask(cases.delete(field.case_id));
  });
};

const contactOf = (field, slug, result) => ({
  kind: "contact", id: uuid(), collection: slug, case_id: field.case_id, result, at: new Date().toISOString(),
  territory: field.territory || "", address: field.address || "", note: field.note || "", place: field.place || null,
});

const OPEN_CASES = ["absent", "unreachable", "unknown"];

/** A contact without an interview. A case that is worth another try stays in the list. */
export const note = async (field, slug, result) => {
  const contact = contactOf(field, slug, result);
  const row = { id: contact.id, sealed: await seal(contact, contact.id), state: "waiting", side: true };
  const kept = { id: field.case_id, ...(await hide({ ...field, slug, result, at: contact.at })) };
  await work(["queue", "cases"], async (queue, cases) => {
    await ask(queue.add(row));
    if (OPEN_CASES.includes(result)) await ask(cases.put(kept));
    else await ask(cases.delete(field.case_id));
  });
};

// Sending

export const queue = async () => {
  const rows = await all("queue");
  return Promise.all(rows.map(async (row) => ({ ...row, told: await reveal(row.info) })));
};
export const sent = async () => Promise.all((await all("sent")).map(async (row) => ({ ...row, told: await reveal(row.info) })));

const settle = (rows, verdicts) =>
  work(["queue", "sent", "files"], async (queue, sent, files) => {
    const waiting = (await ask(files.getAll())).filter(({ head }) => head);
    for (const [at, { seq, id, info, side }] of rows.entries()) {
      const { status, code, receipt, collection } = verdicts[at];
      if (status === "refused") {
        await ask(queue.put({ ...(await ask(queue.get(seq))), state: "refused", code }));
        continue;
      }
      await ask(queue.delete(seq));
      // From now on its files have where to go
      const mine = waiting.filter(({ instance }) => instance === id);
      for (const row of mine) await ask(files.put({ ...row, slug: collection }));
      if (!side) await ask(sent.put({ id, info: info || null, status, receipt, at: new Date().toISOString() }));
    }
  });

const round = async () => {
  for (;;) {
    const rows = (await all("queue")).filter(({ state }) => state === "waiting").slice(0, LIST);
    if (!rows.length) return "ok";
    const body = JSON.stringify({ items: rows.map(({ id, sealed }) => ({ id, sealed })) });
    const answer = await call("/field/sync", { method: "POST", body });
    if (answer.status === 401) return "revoked";
    const { verdicts } = answer.ok ? await answer.json() : {};
    const ours = Array.isArray(verdicts) && rows.every(({ id }, at) => verdicts[at] && verdicts[at].id === id);
    if (!ours) return "offline";
    await settle(rows, verdicts);
  }
};

/** One tab at a time, where the browser can tell. */
export const alone = async (what, act) => (navigator.locks ? navigator.locks.request(`${NAME} ${what}`, act) : act());

let sending;
/** Hands over what waits: "ok", "revoked" or "offline". It takes neither PIN nor session. */
export const send = () => {
  sending = sending || alone("send", round).catch(() => "offline").then((state) => {
    sending = null;
    return state;
  });
  return sending;
};

export const retry = async () => {
  for (const row of await all("queue")) await put("queue", { ...row, state: "waiting" });
  return send();
};

/** After a hand-over, the last one sent takes the phone's secret with it. */
export const tidy = async () => {
  const { pack } = await prepared();
  if (!pack && !(await all("queue")).length) await drop("meta", "secret");
};

/** The phone goes to somebody else: nothing on it can be read any more, sealed ones still go. */
export const handOver = async () => {
  await send();
  key = null;
  return work(Object.keys(STORES), async (meta, drafts, cases, queue, sent, files, contents) => {
    const left = await ask(queue.getAll());
    const closed = await closeFiles(files, contents);
    for (const store of [drafts, cases, sent]) await ask(store.clear());
    for (const row of left) await ask(queue.put({ ...row, info: null }));
    for (const name of ["lock", "chosen", "pack"]) await ask(meta.delete(name));
    if (!left.length) await ask(meta.delete("secret"));
    return left.length + closed;
  });
};
