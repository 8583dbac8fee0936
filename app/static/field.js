// The interviewer's page: begins interviews, notes visits, and shows what is kept and what was sent.
// It comes without anybody's data; all that it shows is from field-keep.js.

const script = document.querySelector("script[data-keep]");
const words = JSON.parse(document.querySelector("main [data-words]").dataset.words);
const sections = [...document.querySelectorAll("main > section[id]")];
const byId = (id) => document.getElementById(id);
const IDLE = 15 * 60000;
const LONGEST_WAIT = 300000;
const { language } = script.dataset;
let keep, files, leftOf, pack, timer, frame, talking, later, failures = 0;

const fill = (text, given) => text.replace(/%\((\w+)\)s/g, (_, key) => given[key]);
const make = (tag, text = "", attributes = {}) => {
  const made = document.createElement(tag);
  for (const name in attributes) made.setAttribute(name, attributes[name]);
  made.textContent = text;
  return made;
};
const button = (text, act, kind = "plain") => {
  const made = make("button", text, { type: "button", class: kind });
  made.addEventListener("click", act);
  return made;
};
const say = (text) => (byId("news").textContent = text);
const show = (id) => {
  for (const one of sections) one.hidden = one.id !== id;
  document.body.classList.toggle("interviewing", id === "interview");
  const heading = byId(id).querySelector("h1,h2");
  if (heading) {
    heading.setAttribute("tabindex", -1);
    heading.focus();
  }
};
const moment = (text) => new Date(text).toLocaleString(words.locale, { dateStyle: "short", timeStyle: "short" });
const byTitle = (slug) => (pack.collections.find((one) => one.slug === slug) || { title: slug }).title;
const form = (id, act) =>
  byId(id).addEventListener("submit", async (event) => {
    event.preventDefault();
    const pressed = event.target.querySelector("button:not([type=button])");
    if (pressed.disabled) return;
    pressed.disabled = true;
    try {
      await act(event.target.elements);
    } catch (error) {
      say(error && /Quota/.test(error.name) ? words.full : words.failed);
    } finally {
      pressed.disabled = false;
    }
  });

// The PIN

const goodPin = (pin) => /^\d{6,12}$/.test(pin) && !/^(\d)\1+$/.test(pin) && !"0123456789876543210".includes(pin);

const newPin = async ({ pin, again }) => {
  if (!goodPin(pin.value)) return say(words.weak_pin);
  if (pin.value !== again.value) return say(words.pins_differ);
  await keep.lockWith(pin.value);
  // What is kept here must not go when the phone fills up
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => 0);
  pin.value = again.value = "";
  return home();
};

const enter = async ({ pin }) => {
  const found = await keep.unlock(pin.value);
  pin.value = "";
  if (!found.open) {
    const seconds = Math.ceil(found.wait / 1000);
    return say(seconds ? fill(words.wrong_wait, { seconds }) : words.wrong_pin);
  }
  return home();
};

const shut = () => {
  keep.lock();
  close();
  // What was said inside must not stay on the screen
  for (const id of ["drafts", "waiting", "sent", "again"]) byId(id).textContent = "";
  say("");
  show("unlock");
};
const awake = () => {
  clearTimeout(timer);
  timer = setTimeout(() => keep.isOpen() && shut(), IDLE);
};

// The list

const rowsOf = (id, rows, empty) => {
  const list = byId(id);
  list.textContent = "";
  for (const row of rows) {
    const item = make("li");
    item.append(...row);
    list.append(item);
  }
  if (!rows.length && empty) list.append(make("li", empty));
  list.parentElement.hidden = !rows.length && !empty;
};

const options = (select, all, wanted) => {
  select.textContent = "";
  for (const [value, text] of all) select.append(new Option(text, value, false, value === wanted));
};

const collection = () => pack.collections.find(({ slug }) => slug === byId("choose").elements.collection.value);

const drawTerritories = (wanted) => {
  const { territory } = byId("choose").elements;
  const all = collection().territories;
  options(territory, all.length > 1 ? [["", words.any_territory], ...all] : all, wanted);
  territory.parentElement.hidden = !all.length;
};

const drawChoice = async () => {
  const chosen = (await keep.chosen()) || {};
  const { elements } = byId("choose");
  options(elements.collection, pack.collections.map(({ slug, title }) => [slug, title]), chosen.slug);
  const here = collection();
  byId("choose").hidden = !here;
  byId("none").hidden = !!here;
  if (here) drawTerritories(chosen.territory);
};

const counted = async (line) => {
  const extra = ((await keep.chosen()) || {}).counts || {};
  return line.done + (extra[JSON.stringify(line.cell)] || 0);
};

const drawQuotas = async () => {
  const here = collection();
  const lines = here ? here.quotas : [];
  const territory = byId("choose").elements.territory.value;
  const mine = lines.filter(({ cell }) => !territory || !cell.territory || cell.territory === territory);
  const body = byId("quotas").querySelector("tbody");
  body.textContent = "";
  for (const line of mine) {
    const done = await counted(line);
    const row = make("tr");
    const text = done >= line.target ? `${done} ${words.complete}` : `${done}`;
    row.append(make("th", line.words.join(" · "), { scope: "row" }), make("td", text, { class: "number" }), make("td", `${line.target}`, { class: "number" }));
    body.append(row);
  }
  byId("quotas").hidden = !mine.length;
  byId("synced").textContent = fill(words.synced, { when: moment(pack.at) });
};

const drawLists = async () => {
  const drafts = await keep.drafts();
  rowsOf("drafts", drafts.map((draft) => [
    make("span", `${byTitle(draft.slug)} ${(draft.field || {}).address || ""} · ${moment(draft.updated)} `),
    button(words.go_on, () => open(draft)),
    button(words.erase, () => confirm(words.sure) && keep.forget(draft).then(home)),
  ]));
  rowsOf("others", (pack.others || []).map(({ title, page }) => [page ? make("a", title, { href: page }) : make("span", title)]));
  const again = await keep.cases();
  rowsOf("again", again.map((one) => [
    make("span", `${one.address || words.no_address} · ${words.results[one.result]} · ${moment(one.at)} `),
    button(words.try_again, () => begin(one)),
  ]));
  const rows = (await keep.queue()).filter(({ side }) => !side);
  const contacts = (await keep.queue()).filter(({ side }) => side).length;
  const missing = await files.left();
  const rest = ({ id }) => {
    const mine = missing.filter(({ instance }) => instance === id);
    const refused = mine.filter((one) => one.refused).map((one) => ` «${one.called || one.name}»: ${one.refused.title} ${one.refused.remedy}`);
    const text = leftOf(mine, { words, lang: words.locale });
    return [text && ` ${text}`, ...refused].join("");
  };
  const title = ({ told }) => (told ? `${told.title} ${told.address || ""} · ${moment(told.finished_at)}` : words.sealed);
  rowsOf("waiting", rows.map((row) => [make("span", `${title(row)} · ${row.state === "refused" ? words.refused : words.kept}`)]));
  const sent = (await keep.sent()).reverse();
  rowsOf("sent", sent.map((row) => [make("span", `${title(row)} · ${row.receipt ? fill(words.received, row) : words.got}.${rest(row)}`)]));
  const total = fill(words.totals, { waiting: rows.length, sent: sent.length });
  byId("totals").textContent = contacts ? `${total} ${fill(words.contacts, { contacts })}` : total;
};

const home = async () => {
  ({ pack } = await keep.prepared());
  await files.tidy();
  await drawChoice();
  await drawQuotas();
  await drawLists();
  show("home");
  awake();
  send();
  // Not before the drafts can be read: the documents that they need must stay
  if (!document.body.dataset.ready) install();
};

/** What waits, sealed as it is, for whoever runs the work to load. */
const saveFile = async () => {
  const items = (await keep.queue()).map(({ id, sealed }) => ({ id, sealed }));
  const { carried } = await import(script.dataset.carry);
  const file = await carried({ cabildo_field: 1, items }, await files.carried());
  const link = make("a", "", { href: URL.createObjectURL(file), download: `${words.file}.zip` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
};

const SAID = { ok: "", revoked: "revoked", offline: "offline" };
const shown = async () => {
  if (keep.isOpen() && !byId("home").hidden) await drawLists();
};
const way = async () => {
  await import(script.dataset.files);
  return cabildo.files;
};

/** Interviews first, for they are short; then their files. What is left is tried again later. */
const send = async (again, quietly) => {
  clearTimeout(later);
  const tell = (text) => keep.isOpen() && say(text);
  if (again) await files.retry();
  const before = (await keep.queue()).length + (await files.left()).length;
  const state = before ? await (again ? keep.retry() : keep.send()) : "ok";
  if (state !== "ok" && !quietly) tell(words[SAID[state]]);
  await shown();
  const left = state === "ok" && before ? await files.send(way) : [];
  const due = left.filter(({ refused }) => !refused);
  if (state === "ok" && before && !left.length) tell(words.all_sent);
  // During an interview its own last page says so
  else if (due.length && !quietly && !frame) tell(leftOf(due, { words, lang: words.locale }));
  await shown();
  await keep.tidy();
  failures = state === "offline" || due.length ? failures + 1 : 0;
  if (failures) later = setTimeout(send, Math.min(LONGEST_WAIT, 2500 * 2 ** failures), false, true);
};

const update = async () => {
  say(words.updating);
  const state = await keep.refresh(language);
  if (state === "ok") {
    await keep.chosen({ ...(await keep.chosen()), counts: {} });
    await install();
  }
  await home();
  say(state === "ok" ? words.updated : words[SAID[state]]);
};

// Before an interview, and visits without one

let current;
const begin = (again) => {
  const here = collection();
  const territory = byId("choose").elements.territory.value;
  const before = again && again.case_id ? again : null;
  current = { case_id: before ? before.case_id : keep.uuid(), territory: before ? before.territory : territory, slug: before ? before.slug : here.slug };
  const { elements } = byId("before");
  elements.address.value = before ? before.address : "";
  elements.consent.checked = false;
  const of = pack.collections.find(({ slug }) => slug === current.slug) || here;
  for (const one of document.querySelectorAll("[data-confidential]")) one.hidden = !of.confidential;
  show("start");
};

const located = () =>
  new Promise((done) => {
    if (!navigator.geolocation) return done(null);
    const found = ({ coords }) => done([coords.latitude, coords.longitude, coords.accuracy]);
    return navigator.geolocation.getCurrentPosition(found, () => done(null), { timeout: 15000, enableHighAccuracy: true });
  });

const describe = async ({ address, consent }) => {
  current.address = address.value.trim();
  if (consent.checked && !consent.closest("[hidden]")) {
    say(words.locating);
    current.place = await located();
    say(current.place ? words.located : words.not_located);
  }
};

const interview = async (elements) => {
  await describe(elements);
  const { slug, ...field } = current;
  const of = pack.collections.find((one) => one.slug === slug);
  const draft = {
    instance: keep.uuid(), slug, title: of.title, doc: of.doc, version: of.version, correction: of.correction,
    language: of.language, raw: of.asks_territory && field.territory ? { territory: [field.territory] } : {},
    page: "", counter: 0, started_at: new Date().toISOString(), field,
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
  await keep.save(draft);
  return open(draft);
};

const visit = async (elements) => {
  const { slug, ...field } = current;
  const { result, note } = elements;
  await keep.note({ ...field, note: note.value.trim() }, slug, result.value);
  note.value = "";
  await home();
  say(words.noted);
};

// The interview: the survey's own document, in a frame whose answers are kept here

const received = (id) => async (tell) => {
  const row = (await keep.queue()).find((one) => one.id === id);
  const sent = (await keep.sent()).find((one) => one.id === id);
  const left = await files.left(id);
  if (row) tell({ state: "waiting", files: left });
  else if (sent) tell({ ...sent, state: "received", files: left });
};

const surplus = async ({ slug, raw, field }) => {
  const of = pack.collections.find((one) => one.slug === slug) || { quotas: [] };
  const answers = (name) => ((name === "territory" && !raw.territory ? [field.territory] : raw[name]) || [])[0];
  const mine = of.quotas.filter(({ cell }) => Object.keys(cell).every((name) => answers(name) === cell[name]));
  const chosen = (await keep.chosen()) || {};
  const counts = chosen.counts || {};
  let full = false;
  for (const line of mine) {
    const name = JSON.stringify(line.cell);
    counts[name] = (counts[name] || 0) + 1;
    full = full || line.done + counts[name] > line.target;
  }
  await keep.chosen({ ...chosen, counts });
  return full;
};

/** What static/phone.js asks of the page around it, in the words of static/keep.js. */
const keeper = (draft) => ({
  usable: async () => true,
  open: async () => ({ drafts: [draft], waiting: [], receipts: [] }),
  draft: async () => ({ ...draft, others: [] }),
  claim: async () => true,
  save: async (given) => {
    awake();
    if (!keep.isOpen()) return { where: "nowhere", others: [] };
    try {
      await keep.save(Object.assign(draft, given));
    } catch (error) {
      return { where: "nowhere", full: /Quota/.test(error.name), others: [] };
    }
    return { where: "phone", others: [] };
  },
  finish: async (given, at) => {
    Object.assign(draft, given);
    await keep.finish(draft, at, await files.sealing(draft));
    talking = null;
    byId("leave").textContent = words.to_list;
    byId("state").textContent = (await surplus(draft)) ? words.surplus : "";
    send();
    return { where: "phone" };
  },
  watch: (id, tell) => {
    const look = () => received(id)(tell);
    look();
    const ticking = setInterval(look, 1000);
    return () => clearInterval(ticking);
  },
  leave: () => leave(),
  // As static/keep-files.js, for static/files.js
  files: {
    of: files.of,
    drop: files.drop,
    attach: async (about) => {
      awake();
      return files.attach(about);
    },
  },
});

const open = (draft) => {
  talking = draft;
  byId("leave").textContent = words.close;
  byId("state").textContent = draft.title;
  frame = make("iframe", "", { title: draft.title, allow: "geolocation; camera; microphone" });
  self.cabildoField = () => keeper(draft);
  frame.src = `${draft.doc}#i-${draft.instance}`;
  byId("frame").append(frame);
  say("");
  show("interview");
};

const close = () => {
  if (frame) frame.remove();
  frame = talking = null;
};

const leave = async () => {
  close();
  await home();
};

// Beginning

const install = async () => {
  if (!navigator.serviceWorker || !pack) return;
  document.body.dataset.ready = "wait";
  const drafts = await keep.drafts();
  const docs = [...new Set([...pack.collections, ...drafts].flatMap(({ doc, docs = [] }) => [doc, ...docs]))];
  try {
    await navigator.serviceWorker.register("/sw.js", { scope: "/" });
    const { active } = await navigator.serviceWorker.ready;
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise((done) => (port1.onmessage = ({ data }) => done(data)));
    active.postMessage({ docs, doors: [script.dataset.door] }, [port2]);
    document.body.dataset.ready = (await answer) ? "yes" : "no";
  } catch (error) {
    document.body.dataset.ready = "no";
  }
};

const hand = async () => {
  const drafts = await keep.drafts();
  if (!confirm(drafts.length ? fill(words.hand_drafts, { count: drafts.length }) : words.hand_sure)) return;
  close();
  const left = await keep.handOver();
  for (const id of ["drafts", "waiting", "sent", "again"]) byId(id).textContent = "";
  sessionStorage.clear();
  say(left ? fill(words.handed_left, { count: left }) : words.handed);
  show("setup");
  send();
};

const start = async () => {
  keep = await import(script.dataset.keep);
  const [{ filing }, said] = await Promise.all([import(script.dataset.sealing), import(script.dataset.said)]);
  files = filing(keep);
  ({ leftOf } = said);
  keep.heed.newer = () => (byId("newer").hidden = false);
  keep.heed.blocked = () => (byId("blocked").hidden = false);
  const found = await keep.prepared();
  byId("blocked").hidden = true;
  pack = found.pack;
  form("pin-form", newPin);
  form("unlock-form", enter);
  form("before", interview);
  form("visit", visit);
  byId("begin").addEventListener("click", begin);
  byId("forgot").addEventListener("click", () => confirm(words.forgot_sure) && show("new-pin"));
  byId("no-interview").addEventListener("click", async () => {
    await describe(byId("before").elements);
    show("without");
  });
  byId("leave").addEventListener("click", leave);
  byId("file").addEventListener("click", saveFile);
  byId("send").addEventListener("click", () => send(true));
  byId("update").addEventListener("click", update);
  byId("lock").addEventListener("click", shut);
  byId("hand").addEventListener("click", hand);
  for (const one of document.querySelectorAll("[data-home]")) one.addEventListener("click", home);
  byId("choose").addEventListener("change", async ({ target }) => {
    const { collection: slug, territory } = byId("choose").elements;
    if (target === slug) drawTerritories(territory.value);
    await keep.chosen({ ...(await keep.chosen()), slug: slug.value, territory: territory.value });
    await drawQuotas();
  });
  for (const kind of ["input", "click", "keydown"]) document.addEventListener(kind, awake);
  addEventListener("online", () => {
    failures = 0;
    send();
  });
  send();
  show(!found.secret || !pack ? "setup" : found.locked ? "unlock" : "new-pin");
};

start();
