// What a phone keeps until the service has it: drafts, finished answers, receipts. Pages load it as
// a script, the worker with importScripts; whichever of them is alive sends. docs/en/offline.md
// says what holds when something fails.
self.cabildo = (() => {
  const NAME = "cabildo";
  // A release may add stores, and takes none away: an older page goes on with what it knows.
  const VERSION = 3;
  const STORES = {
    drafts: { keyPath: "instance" },
    outbox: { keyPath: "seq", autoIncrement: true },
    receipts: { keyPath: "instance" },
    files: { keyPath: "id" },
    meta: {},
  };
  const ROOM = 65536;
  const LIST = 20;
  const PATIENCE = 60000;
  const LONGEST_WAIT = 300000;
  const DONE = ["stored", "same", "conflict", "quarantined"];
  const TAB = Math.random().toString(36).slice(2);
  const watchers = new Map();
  // What was received though this phone could not keep that it was
  const direct = new Map();
  const channel = self.BroadcastChannel ? new BroadcastChannel(NAME) : null;
  let opening, pending, timer, failures = 0, line = Promise.resolve(), turn = line;

  // The database

  const ask = (request) =>
    new Promise((done, fail) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });

  const connect = (version) =>
    new Promise((done, fail) => {
      // Some phones never answer
      const alarm = setTimeout(fail, 8000, new DOMException("no answer", "TimeoutError"));
      const asked = version ? indexedDB.open(NAME, version) : indexedDB.open(NAME);
      asked.onupgradeneeded = () => {
        for (const name in STORES) {
          const known = asked.result.objectStoreNames.contains(name);
          if (!known) asked.result.createObjectStore(name, STORES[name]);
        }
      };
      asked.onerror = () => fail(asked.error);
      // A page of an older release holds it. When that is closed, this goes on by itself.
      asked.onblocked = () => {
        clearTimeout(alarm);
        if (api.blocked) api.blocked();
      };
      asked.onsuccess = () => {
        const base = asked.result;
        base.onclose = () => (opening = null);
        base.onversionchange = () => {
          base.close();
          opening = null;
        };
        done(base);
      };
    });

  const base = () => {
    if (!opening) {
      opening = connect(VERSION).catch((error) => {
        if (error && error.name === "VersionError") return connect();
        throw error;
      });
      opening.catch(() => (opening = null));
    }
    return opening;
  };

  // One transaction: all of it is on the disk, or nothing. Tried once more where the phone closed
  // the database under it.
  const work = async (names, act, mode = "readwrite", last = false) => {
    try {
      const all = (await base()).transaction(names, mode, { durability: "strict" });
      return await new Promise((done, fail) => {
        let result;
        all.oncomplete = () => done(result);
        all.onabort = () => fail(all.error || new DOMException("aborted", "AbortError"));
        const stores = names.map((name) => all.objectStore(name));
        act(...stores).then(
          (value) => (result = value),
          (error) => {
            fail(error);
            try {
              all.abort();
            } catch (gone) {
              // It had ended already
            }
          },
        );
      });
    } catch (error) {
      if (last || !error || !/InvalidState|Abort|Unknown|Timeout|NotFound/.test(error.name)) throw error;
      opening = null;
      return work(names, act, mode, true);
    }
  };

  // Writes and reads back, with room for a long answer: what a phone says it can do is not enough.
  const usable = async () => {
    const key = `probe ${TAB}`;
    const probe = TAB.padEnd(ROOM, "x");
    try {
      await work(["meta"], (meta) => ask(meta.put(probe, key)));
      const back = await work(["meta"], (meta) => ask(meta.get(key)), "readonly");
      await work(["meta"], (meta) => ask(meta.delete(key)));
      return back === probe;
    } catch (error) {
      return false;
    }
  };

  // One at a time, in all tabs and the worker

  const leased = async (name, steal) => {
    const at = Date.now();
    return work(["meta"], async (meta) => {
      const row = await ask(meta.get(name));
      const free = !row || row.tab === TAB || row.until < at || row.until > at + 30000;
      if (free || steal) await ask(meta.put({ tab: TAB, until: at + 15000 }, name));
      return free || steal;
    });
  };

  const mine = (name) => work(["meta"], (meta) => ask(meta.get(name)), "readonly").then((row) => row && row.tab === TAB);

  const pause = (time) => new Promise((done) => setTimeout(done, time));

  const alone = (name, act) => {
    if (navigator.locks) return navigator.locks.request(`${NAME} ${name}`, act);
    const run = async () => {
      while (!(await leased(name))) await pause(1000);
      const renewal = setInterval(() => leased(name).catch(() => 0), 5000);
      try {
        return await act();
      } finally {
        clearInterval(renewal);
        await work(["meta"], (meta) => ask(meta.delete(name))).catch(() => 0);
      }
    };
    turn = turn.then(run, run);
    return turn;
  };

  // True while this tab has the draft to itself; `lost` is called when another tab takes it over.
  const claim = async (instance, lost, steal = false) => {
    const name = `draft ${instance}`;
    if (!navigator.locks) {
      if (!(await leased(name, steal))) return false;
      const renewal = setInterval(async () => {
        if (await mine(name).catch(() => true)) return leased(name).catch(() => 0);
        clearInterval(renewal);
        return lost();
      }, 3000);
      return true;
    }
    const once = () =>
      new Promise((answer) => {
        const held = (lock) => {
          answer(!!lock);
          return lock && new Promise(() => {});
        };
        const how = steal ? { steal: true } : { ifAvailable: true };
        navigator.locks.request(`${NAME} ${name}`, how, held).catch(lost);
      });
    // A page that is loaded again meets the lock of its former self
    for (const wait of [0, 200, 800]) {
      await pause(wait);
      if (await once()) return true;
    }
    return false;
  };

  // What is told, here and in the other tabs

  const tell = (news) => {
    hear(news);
    if (channel) channel.postMessage(news);
  };

  const hear = async ({ instance, state }) => {
    for (const [callback, wanted] of watchers) {
      if (wanted && instance && wanted !== instance) continue;
      const found = wanted ? await state_of(wanted).catch(() => ({ state: "unknown" })) : { state };
      if (state === "sending" && found.state === "waiting") found.state = state;
      callback(found);
    }
  };
  if (channel) channel.onmessage = ({ data }) => hear(data);

  const state_of = (instance) =>
    work(
      ["drafts", "outbox", "receipts"],
      async (drafts, outbox, receipts) => {
        const rows = (await ask(outbox.getAll())).filter(({ item }) => item.instance_id === instance);
        if (rows.length) return { ...rows[0].verdict, state: rows[0].state };
        const draft = await ask(drafts.get(instance));
        if (draft) return { state: "draft", draft };
        const receipt = (await ask(receipts.get(instance))) || direct.get(instance);
        return receipt ? { ...receipt, state: "received" } : { state: "none" };
      },
      "readonly",
    ).then(async (found) => (api.files ? { ...found, files: await api.files.of(instance) } : found));

  // Calls back with {state: draft | waiting | sending | received | refused | none, ...} now and
  // whenever it changes; without an instance, whenever anything changes. Gives what ends it.
  const watch = (instance, callback) => {
    watchers.set(callback, instance);
    if (instance) hear({ instance });
    const timer = channel ? 0 : setInterval(hear, 3000, {});
    return () => {
      clearInterval(timer);
      watchers.delete(callback);
    };
  };

  // Drafts

  const of = (slug) => (row) => !slug || (row.slug || row.item.collection) === slug;

  const open = (slug) =>
    work(
      ["drafts", "outbox", "receipts"],
      async (drafts, outbox, receipts) => {
        const [begun, waiting, sent] = [drafts, outbox, receipts].map((store) => ask(store.getAll()));
        return {
          drafts: (await begun).filter(of(slug)),
          waiting: (await waiting).filter(of(slug)),
          receipts: (await sent).filter(of(slug)),
        };
      },
      "readonly",
    );

  const draft = (instance) => work(["drafts"], (drafts) => ask(drafts.get(instance)), "readonly");

  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

  // Two copies that do not come from one another: the one with more changes leads, both stay.
  const both = (row, next) => {
    const { others = [], ...stored } = row;
    const rest = others.filter(({ tab }) => tab !== next.tab && tab !== stored.tab);
    if (same(stored.raw, next.raw)) return { ...(next.counter > stored.counter ? next : stored), others };
    const [first, second] = next.counter > stored.counter ? [next, stored] : [stored, next];
    return { ...first, others: [...rest, second] };
  };

  const store = async (given) => {
    const { others, ...copy } = given;
    const next = { ...copy, counter: (given.counter || 0) + 1, tab: TAB };
    next.stamp = `${next.counter}.${TAB}`;
    next.updated = new Date().toISOString();
    const kept = await work(["drafts", "outbox", "receipts"], async (drafts, outbox, receipts) => {
      const row = await ask(drafts.get(given.instance));
      if (!row) {
        const sent = await ask(receipts.get(given.instance));
        const waits = (await ask(outbox.getAll())).some(({ item }) => item.instance_id === given.instance);
        if (sent || waits) return null;
      }
      const put = row && row.stamp !== given.stamp ? both(row, next) : { ...next, others: (row || {}).others || [] };
      await ask(drafts.put(put));
      return put;
    });
    Object.assign(given, { counter: next.counter, stamp: next.stamp, updated: next.updated });
    tell({ instance: given.instance });
    if (!kept) return { where: "sent" };
    if (kept.counter === 1 && self.document && navigator.storage && navigator.storage.persist) {
      navigator.storage.persist().catch(() => 0);
    }
    return { where: "phone", others: kept.others };
  };

  // Gives {where: phone | server | nowhere | sent, others: [copies that diverged]}; never fails.
  // The draft given is told its new counter and stamp, and is given again the next time.
  const save = (given) => {
    line = line
      .then(() => store(given))
      .catch(async (error) => {
        const full = !!error && /Quota/.test(error.name);
        const there = api.elsewhere && (await api.elsewhere(given).catch(() => false));
        return { where: there ? "server" : "nowhere", full, others: [] };
      });
    return line;
  };

  // Of the copies that diverged, the one with that stamp goes on and the others are gone.
  const choose = (instance, stamp) =>
    work(["drafts"], async (drafts) => {
      const row = await ask(drafts.get(instance));
      const copies = [row, ...(row.others || [])];
      const most = Math.max(...copies.map(({ counter }) => counter));
      const chosen = copies.find((copy) => copy.stamp === stamp) || row;
      const { secret, code, synced } = row;
      const own = { secret, code, synced, others: [], counter: most + 1, tab: TAB, stamp: `${most + 1}.${TAB}` };
      const next = { ...chosen, ...own };
      await ask(drafts.put(next));
      return next;
    }).then((next) => {
      tell({ instance });
      return next;
    });

  // What the service said of its copy of the draft: not a change of it
  const mark = (instance, told) =>
    work(["drafts"], async (drafts) => {
      const row = await ask(drafts.get(instance));
      if (row) await ask(drafts.put({ ...row, ...told }));
    });

  // A copy that was written elsewhere, with the counter under which the service has it
  const merge = (instance, other) =>
    work(["drafts"], async (drafts) => {
      const row = await ask(drafts.get(instance));
      const { raw, page, language, counter } = other;
      const updated = new Date().toISOString();
      const stamp = `${counter}.service`;
      const merged = both(row, { ...row, raw, page, language, counter, updated, stamp, tab: "service", others: undefined });
      const next = { ...merged, secret: row.secret, code: row.code, synced: counter };
      await ask(drafts.put(next));
      return next;
    }).then((next) => {
      tell({ instance });
      return next;
    });

  // With the files that it names
  const discard = (instance) =>
    work(["drafts", "files"], async (drafts, files) => {
      await ask(drafts.delete(instance));
      for (const row of await ask(files.getAll())) if (row.instance === instance) await ask(files.delete(row.id));
    }).then(() => tell({ instance }));

  // Finished answers

  const item_of = (given, finished_at) => ({
    instance_id: given.instance,
    collection: given.slug,
    version: given.version,
    correction: given.correction,
    started_at: given.started_at,
    finished_at,
    zone: given.zone,
    channel: given.channel || "web",
    format: "form",
    language: given.language,
    answers: given.raw,
    ...(given.token ? { token: given.token } : {}),
  });

  // From the drafts to what is sent, in one step. Where the phone cannot keep it, it is sent at
  // once; fails where that cannot be done either.
  const finish = async (given, finished_at = new Date().toISOString()) => {
    const { slug, title, secret } = given;
    const row = { item: item_of(given, finished_at), slug, title, secret, state: "waiting", tries: 0 };
    const again = (other) => other.item.instance_id === given.instance && same(other.item.answers, row.item.answers);
    await line;
    try {
      await work(["drafts", "outbox"], async (drafts, outbox) => {
        if (!(await ask(outbox.getAll())).some(again)) await ask(outbox.add(row));
        await ask(drafts.delete(given.instance));
      });
    } catch (error) {
      const verdicts = await post([row]);
      if (!Array.isArray(verdicts) || verdicts[0].status === "refused") throw error;
      direct.set(given.instance, verdicts[0]);
      await settle([row], verdicts).catch(() => 0);
      await work(["drafts"], (drafts) => ask(drafts.delete(given.instance))).catch(() => 0);
      return { where: "server", verdict: verdicts[0] };
    }
    tell({ instance: given.instance });
    register();
    send();
    return { where: "phone" };
  };

  // The browser wakes the worker when there is signal, the page closed or not.
  const register = () => {
    const { serviceWorker } = navigator;
    if (!self.document || !serviceWorker) return;
    serviceWorker.ready.then(({ sync }) => sync && sync.register(NAME)).catch(() => 0);
  };

  // Sending

  const due = () =>
    work(["outbox"], (rows) => ask(rows.getAll()), "readonly").then((rows) =>
      rows.filter(({ state }) => state === "waiting"),
    );

  const told = (item, verdict) =>
    !!verdict && verdict.instance_id === item.instance_id && (DONE.includes(verdict.status) || verdict.status === "refused");

  // The service's verdicts; "again" when nobody knows what became of them, "split" when the
  // list as a whole was not taken. A page that a café's network puts in between is neither.
  const post = async (rows) => {
    const stop = self.AbortController ? new AbortController() : {};
    const alarm = setTimeout(() => stop.abort && stop.abort(), PATIENCE);
    try {
      const answer = await fetch("/api/v1/responses", {
        method: "POST",
        headers: { "Content-Type": "application/json", "Accept-Language": rows[0].item.language },
        body: JSON.stringify(rows.map(({ item }) => item)),
        // For who interviews: what they send is taken of those who are signed in.
        credentials: "same-origin",
        cache: "no-store",
        redirect: "error",
        signal: stop.signal,
      });
      note_clock(answer.headers.get("Date"));
      const verdicts = await answer.json().catch(() => null);
      const ours = Array.isArray(verdicts) && verdicts.length === rows.length;
      if (ours && rows.every(({ item }, at) => told(item, verdicts[at]))) return verdicts;
      if (rows.length === 1 && answer.status >= 400 && told(rows[0].item, verdicts)) return [verdicts];
      return answer.ok || [429, 503].includes(answer.status) ? "again" : "split";
    } catch (error) {
      return "again";
    } finally {
      clearTimeout(alarm);
    }
  };

  const settle = (rows, verdicts) =>
    work(["outbox", "receipts"], async (outbox, receipts) => {
      for (const [at, { seq, item, title }] of rows.entries()) {
        const { status, receipt, code, message, remedy, faults } = verdicts[at];
        if (status === "refused") {
          const row = seq && (await ask(outbox.get(seq)));
          if (row) await ask(outbox.put({ ...row, state: status, verdict: { code, message, remedy, faults } }));
          continue;
        }
        const { instance_id, collection, finished_at } = item;
        const received_at = new Date().toISOString();
        if (seq) await ask(outbox.delete(seq));
        const proof = { instance: instance_id, slug: collection, title, status, receipt, finished_at, received_at };
        await ask(receipts.put(proof));
      }
    }).then(() => {
      for (const [at, row] of rows.entries()) {
        tell({ instance: row.item.instance_id });
        if (row.secret && verdicts[at].status !== "refused") forget(row);
      }
    });

  // Nobody goes on with the service's copy of a draft that was sent; where this is lost, it ends by
  // itself.
  const forget = ({ slug, secret, item }) =>
    copy(slug, { instance: item.instance_id, secret, sent: true }).catch(() => 0);

  const copy = (slug, body) =>
    fetch(`/e/${slug}/draft`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
    });

  const fail = (rows) =>
    work(["outbox"], async (outbox) => {
      for (const { seq } of rows) {
        const row = await ask(outbox.get(seq));
        if (row) await ask(outbox.put({ ...row, tries: row.tries + 1 }));
      }
    }).then(() => rows.forEach(({ item }) => tell({ instance: item.instance_id })));

  // In the order finished. One that the service cannot take must not keep back those behind it.
  const round = async () => {
    const passed = new Set();
    let size = LIST;
    for (;;) {
      const rows = (await due()).filter(({ seq }) => !passed.has(seq)).slice(0, size);
      if (!rows.length) return;
      for (const { item } of rows) tell({ instance: item.instance_id, state: "sending" });
      const verdicts = await post(rows);
      if (Array.isArray(verdicts)) {
        await settle(rows, verdicts);
        failures = 0;
        continue;
      }
      await fail(rows);
      if (verdicts === "again") return;
      if (rows.length === 1) passed.add(rows[0].seq);
      if (passed.size > 2) return;
      size = rows.length > 1 ? 1 : LIST;
    }
  };

  const later = () => {
    clearTimeout(timer);
    const wait = Math.min(LONGEST_WAIT, 2000 * 2 ** failures) * (0.5 + Math.random() / 2);
    failures += 1;
    timer = setTimeout(send, wait);
  };

  // Sends what waits and gives how many are left, -1 where nobody knows. Whoever asks while it runs
  // waits for one more.
  const send = () => {
    if (pending) return pending;
    const run = async () => {
      pending = null;
      await round();
      // Only then: files belong to answers that are there
      if (api.files) await api.files.send();
    };
    pending = alone("send", run)
      .then(async () => (await due()).length + (api.files ? await api.files.left() : 0))
      .catch(() => -1)
      .then((left) => {
        pending = null;
        clearTimeout(timer);
        if (left) later();
        return left;
      });
    return pending;
  };

  // Those refused are tried again because somebody asks for it, or has signed in since.
  const retry = (code) =>
    work(["outbox", "files"], async (outbox, files) => {
      for (const row of await ask(outbox.getAll())) {
        const due = row.state === "refused" && (!code || row.verdict.code === code);
        if (due) await ask(outbox.put({ ...row, state: "waiting" }));
      }
      for (const { refused, ...row } of await ask(files.getAll())) if (refused && !code) await ask(files.put(row));
    }).then(send);

  const note_clock = (date) => {
    const ahead = Date.now() - Date.parse(date || "");
    if (!isNaN(ahead)) work(["meta"], (meta) => ask(meta.put(ahead, "clock"))).catch(() => 0);
  };

  // How many milliseconds this phone's clock is ahead of the service's, when last heard
  const clock = () => work(["meta"], (meta) => ask(meta.get("clock")), "readonly").then((ahead) => ahead || 0);

  const wake = () => {
    failures = 0;
    retry("not_signed_in").catch(() => 0);
  };
  if (self.document) {
    addEventListener("online", wake);
    addEventListener("pageshow", wake);
    document.addEventListener("visibilitychange", () => document.hidden || wake());
  }

  const api = {
    usable,
    open,
    draft,
    save,
    choose,
    mark,
    merge,
    copy,
    discard,
    finish,
    watch,
    claim,
    send,
    retry,
    clock,
    work,
    ask,
    tell,
  };
  return api;
})();
