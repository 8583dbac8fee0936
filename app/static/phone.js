// A whole survey on one page: the phone turns the pages, checks them, keeps what is answered and
// hands it over to be sent (keep.js). What the model holds: encuestas/survey_model.py.

const script = document.querySelector("script[data-engine]");
const model = JSON.parse(document.getElementById("model").textContent);
const { words, slug } = model;
// "constructor" is a name too
const plain = (given) => Object.assign(Object.create(null), given);
const begin = plain(model.begin);
const form = document.querySelector("main form");
const sections = [...form.querySelectorAll("section")];
const review = document.getElementById("review");
const thanks = document.getElementById("thanks");
const SHOWN = '[data-q]:not(template):not([data-unseen]),input[name$="[]"]';
const HEADING = "h1,h2,h3,h4,h5,h6";
const nothing = () => {};

let engine, draft, keeper, filing, left, mix, timer, here, done;
// Of repeats.js, where the survey has repeats
let repeating = { setUp: nothing, sync: nothing, follow: nothing, tell: nothing, settle: nothing };
// What was typed, while it is put in place
let raw = plain();

// Moments

const two = (number, size = 2) => `${number}`.padStart(size, 0);
const moment = (at = new Date()) => {
  const zone = -at.getTimezoneOffset();
  const local = new Date(at.getTime() + zone * 6e4).toISOString().slice(0, -1);
  const away = Math.abs(zone);
  return `${local}${zone < 0 ? "-" : "+"}${two(Math.floor(away / 60))}:${two(away % 60)}`;
};
const now = () => {
  const at = moment();
  return model.anonymous ? at.replace(/T[\d:.]+/, "T23:59:59.000") : at;
};
const instanceId = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => two(byte.toString(16))).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
};

// What was typed

const furnish = (at) => {
  const meta = { start: draft.started_at.replace(/\.\d+/, ""), today: now().slice(0, 10), end: now().replace(/\.\d+/, "") };
  for (const item of model.items || []) {
    const path = engine.below(at.path, item.n);
    const node = engine.nodes.get(path);
    if (item.chain !== at.chain) continue;
    if (item.n in begin) node.answer = begin[item.n];
    if (item.meta && (!model.anonymous || item.meta === "today")) node.answer = meta[item.meta];
  }
};

const pristine = (slot) => {
  for (const control of engine.controls(slot)) {
    if (engine.isTick(control)) control.checked = control.defaultChecked;
    else if (control.options) control.selectedIndex = Math.max(0, [...control.options].findIndex((one) => one.defaultSelected));
    else control.value = control.defaultValue;
  }
};

const fillIn = (slot) => {
  if (slot.group) return;
  const texts = raw[slot.path];
  const node = engine.nodes.get(slot.path);
  const formula = !!node && engine.formulaOf(node.item) !== undefined;
  pristine(slot);
  slot.begins = formula || engine.typed(slot).some(Boolean);
  slot.touched = !!texts;
  if (texts) engine.type(slot, texts);
  if (formula) node.fresh = !texts;
  if (node && node.item.trig) node.fire = !texts;
  if (mix && node && node.item.mix) mix(node);
  clearable(slot);
  if (filing) filing.draw(slot);
};

const clearable = (slot) => {
  const [none] = slot.box.querySelectorAll(".apart input[value='']");
  if (!none) return;
  const [box, all] = [none.parentElement, none.closest(".apart")];
  box.hidden = !engine.typed(slot).some(Boolean);
  all.hidden = box.hidden && !all.children[1];
};

const load = (given) => {
  raw = plain(given);
  repeating.sync(engine.places.get(""));
  for (const slot of engine.slots.values()) fillIn(slot);
  engine.refresh();
  repeating.follow();
  raw = plain();
};

const collect = () => {
  const all = plain();
  for (const slot of engine.slots.values()) {
    if (slot.group) continue;
    const node = engine.nodes.get(slot.path);
    // What a trigger ran stands as if it was typed
    const ran = node && node.item.trig && !node.fire;
    if (!slot.touched && !ran) continue;
    const texts = engine.typed(slot);
    if (slot.begins || texts.some(Boolean)) all[slot.path] = texts;
  }
  repeating.tell(all);
  return all;
};

const save = () => {
  clearTimeout(timer);
  timer = 0;
  if (done || (keeper && !keeper.held)) return Promise.resolve();
  draft.raw = collect();
  draft.page = here;
  return cabildo.save(draft).then(kept);
};

const kept = (found) => {
  const { where } = found;
  if (where === "sent") return finished();
  if (keeper) keeper.told(found);
  const line = document.getElementById("kept");
  const text = line.dataset[where] || "";
  if (line.textContent !== text) line.textContent = text;
};

const door = () => (draft.token ? `/i/${draft.token}` : script.dataset.start);

/** Who keeps this phone ready: documents, other tabs, what to say when it is full. */
const attend = async () => {
  const { module } = (document.getElementById("keeping") || { dataset: {} }).dataset;
  if (!module) return;
  const own = location.pathname + location.search;
  const docs = [...new Set([own, ...Object.values(model.docs)])];
  const { anonymous } = model;
  keeper = await (await import(module)).attend({ draft, form: form.parentElement, docs, door: door(), anonymous });
};

const soon = () => {
  if (!timer) timer = setTimeout(save, 300);
};

// Pages

const shown = () => sections.filter((section) => section.querySelector(SHOWN));
const idOf = (section) => (section ? section.dataset.page : "");
const lastId = () => idOf(shown().pop());

const focus = (element) => {
  if (!element.matches("input,select,textarea,button,a")) element.setAttribute("tabindex", -1);
  element.focus();
};

const reveal = (part) => {
  for (const one of [...sections, review, thanks]) one.hidden = one !== part;
  form.hidden = !sections.includes(part);
  const pages = shown();
  const progress = document.querySelector(".progress");
  const at = pages.indexOf(part);
  progress.hidden = part === thanks;
  const code = document.getElementById("code");
  if (code) code.hidden = progress.hidden;
  document.getElementById("at").textContent = at < 0 ? "" : `· ${engine.fill(words.page, { n: at + 1, total: pages.length })}`;
  const heading = part.querySelector("h1");
  document.title = `${heading.textContent.replace(/\s+/g, " ").trim()} – ${model.title}`;
  for (const node of engine.nodes.values()) {
    if (mix && node.item.seed !== undefined && node.slot) mix(node);
  }
  scrollTo(0, 0);
  focus(heading);
};

/** Shows a page; where there is none of that id any more, one that lacks something, or the review. */
const show = (id) => {
  engine.tell([]);
  repeating.settle();
  const pages = shown();
  const part = pages.find((one) => idOf(one) === id) || (id && pages.find((one) => engine.faults(one).length));
  here = idOf(part);
  if (!part) tellAll();
  reveal(part || review);
  return part ? `#p-${here}` : "#review";
};

const go = (id) => {
  const hash = show(id);
  if (location.hash !== hash) history.pushState(null, "", hash);
  save();
};

/** What stood on a page that is left counts as answered so. */
const turn = () => {
  const section = sections.find((one) => !one.hidden);
  for (const slot of engine.slots.values()) {
    if (slot.group || !section.contains(slot.box)) continue;
    const node = engine.nodes.get(slot.path);
    if (node && node.fresh && node.item.calc !== undefined && !node.item.trig) continue;
    slot.touched = true;
    if (node) node.fresh = false;
  }
};

const next = () => {
  update();
  const section = sections.find((one) => !one.hidden);
  const found = engine.faults(section);
  if (found.length) return engine.tell(found);
  turn();
  const pages = shown();
  const after = pages.find((one) => sections.indexOf(one) > sections.indexOf(section));
  go(after ? idOf(after) : "");
};

const back = () => {
  turn();
  const at = sections.findIndex((one) => !one.hidden);
  const before = shown().filter((one) => sections.indexOf(one) < at).pop();
  if (before) return go(idOf(before));
  save().then(() => (cabildo.leave ? cabildo.leave() : location.assign(door())));
};

const update = () => {
  if (model.timed) model.now = now();
  engine.refresh();
  repeating.follow();
};

// The review

const DATES = { date: { dateStyle: "long" }, "datetime-local": { dateStyle: "long", timeStyle: "short" } };
const optionText = (control) => {
  const label = control.nextElementSibling;
  const word = label.querySelector("span");
  const all = label.textContent.trim();
  return word && word.matches(".hidden,.anchor") ? `${label.firstChild.data.trim()} (${word.textContent.trim()})` : all;
};

const said = (slot) => {
  const output = slot.box.querySelector("output");
  if (output) return output.textContent;
  const file = slot.box.querySelector(".held .name");
  if (file) return file.textContent;
  const all = engine.controls(slot);
  const ticked = all.filter((one) => engine.isTick(one) && one.checked && one.value);
  if (ticked.length) return ticked.map(optionText).join(", ");
  if (slot.box.matches(".rank")) {
    const placed = all.filter((one) => one.options && one.selectedIndex > 0);
    placed.sort((a, b) => a.selectedIndex - b.selectedIndex);
    return placed.map((one) => `${one.selectedIndex}. ${one.closest("li").querySelector("label").textContent.trim()}`).join(", ");
  }
  return all
    .filter((one) => !engine.isTick(one) && one.value)
    .map((one) => {
      if (one.options) return one.selectedOptions[0].text;
      if (!DATES[one.type]) return one.value;
      const day = one.type === "date" ? `${one.value}T00:00` : one.value;
      return new Date(day).toLocaleString(words.locale, DATES[one.type]);
    })
    .join(" ");
};

const labelOf = (slot) => {
  const label = slot.box.querySelector(".asked").cloneNode(true);
  for (const extra of label.querySelectorAll(".optional")) extra.remove();
  return label.textContent.trim();
};

const linkTo = (slot, ...inside) => engine.make("a", { href: `#${slot.box.querySelector("[id]").id}` }, ...inside);

const standsIn = (box) => {
  const around = [];
  for (let at = box.closest(".instance"); at; at = at.parentElement.closest(".instance")) {
    const title = at.querySelector(HEADING).cloneNode(true);
    const [n] = title.querySelectorAll("[data-n]");
    around.unshift(title.textContent.slice(0, title.textContent.indexOf(n.textContent) + n.textContent.length).trim());
  }
  return around.join(", ");
};

const tellAll = () => {
  update();
  const list = review.querySelector("dl");
  list.textContent = "";
  for (const section of shown()) {
    for (const box of section.querySelectorAll("[data-q]:not(template):not([data-unseen])")) {
      const slot = engine.owners.get(box);
      if (box.matches(".note") || box.querySelector("p.note")) continue;
      const label = labelOf(slot);
      const inside = standsIn(box);
      const term = engine.make("dt", {}, ...(inside ? [engine.make("b", {}, `${inside}:`), " "] : []), label);
      const row = engine.make("div", {}, term, engine.make("dd", {}, said(slot) || words.none));
      if (engine.controls(slot).length) {
        const link = linkTo(slot, words.change, engine.make("span", { class: "hidden" }, `: ${label}`));
        row.append(engine.make("dd", { class: "change" }, link));
      }
      list.append(row);
    }
  }
};

const send = async () => {
  tellAll();
  const found = shown().flatMap((section) => engine.faults(section));
  if (found.length) return engine.tell(found, words.before);
  await save();
  done = true;
  try {
    if (filing) await filing.tidy(draft.raw);
    await cabildo.finish(draft, moment());
  } catch (error) {
    done = false;
    return kept({ where: "nowhere", others: [] });
  }
  finished();
};

const finished = () => {
  done = true;
  here = "";
  document.getElementById("kept").textContent = "";
  reveal(thanks);
  if (location.hash !== "#thanks") history.pushState(null, "", "#thanks");
  cabildo.watch(draft.instance, drawSent);
};

const drawSent = ({ state, status, receipt, files = [] }) => {
  const line = document.getElementById("sent");
  const rest = document.getElementById("files");
  if (left) rest.textContent = left(files, model);
  for (const { called, name, refused } of files) {
    if (refused) rest.append(` «${called || name}»: ${refused.title} ${refused.remedy}`);
  }
  const received = document.getElementById("received");
  line.textContent = line.dataset[state] || "";
  received.hidden = state !== "received";
  received.querySelector("strong").textContent = receipt || "";
  const note = received.querySelector(".note");
  note.textContent = received.dataset[status] || "";
  note.hidden = !note.textContent;
};

// When something happens

const jump = (id) => {
  const target = document.getElementById(id);
  const section = target && target.closest("section[data-page]");
  if (section && section.hidden) go(idOf(section));
  if (target) focus(target);
};

const drop = (path) => filing.drop(path);
const PRESSED = { next, back, send, drop };

const onClick = (event) => {
  const button = event.target.closest("button[name]");
  const link = event.target.closest("a[href^='#']");
  const other = event.target.closest("a[hreflang]");
  if (button) {
    event.preventDefault();
    const act = PRESSED[button.name] || repeating[button.name];
    if (act) act(button.value);
  } else if (link) {
    event.preventDefault();
    const id = link.getAttribute("href").slice(1);
    if (id === "last") go(lastId());
    else jump(id);
  } else if (other) {
    event.preventDefault();
    speak(other);
  }
};

const speak = async ({ href, hreflang }) => {
  draft.language = hreflang;
  draft.doc = href.slice(location.origin.length);
  if (!done) await save();
  location.assign(href + location.hash);
};

const onInput = ({ target }) => {
  if (model.timed) model.now = now();
  const slot = engine.answered(target);
  if (!slot) return;
  slot.touched = true;
  clearable(slot);
  repeating.follow();
  soon();
  clearTimeout(quiet);
  quiet = setTimeout(engine.announce, 600);
};
let quiet;

// Beginning

// A personal link's token comes behind the #, which no server sees
const NEW = /^#new(?:-(.+))?$/;
const fresh = (token) => ({
  ...(token ? { token } : {}),
  instance: instanceId(),
  slug,
  raw: {},
  counter: 0,
  page: "",
  started_at: moment(),
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
});

// Which draft this tab has; some browsers let pages keep nothing
const KEY = `cabildo ${slug}`;
const session = (work) => {
  try {
    return work(sessionStorage);
  } catch (error) {
    return null;
  }
};

const find = async () => {
  const [, wanted] = /^#i-(.+)$/.exec(location.hash) || [];
  const { drafts } = await cabildo.open(slug).catch(() => ({ drafts: [] }));
  const mine = wanted || session((all) => all.getItem(KEY));
  const found = drafts.find(({ instance }) => instance === mine);
  if (found) return found;
  return drafts.sort((a, b) => (a.updated < b.updated ? 1 : -1))[0] || fresh();
};

// Whoever comes back to the last page finds what became of the answers, not another survey.
const comeBack = async () => {
  const mine = session((all) => all.getItem(KEY));
  if (location.hash !== "#thanks" || !mine) return false;
  const { waiting, receipts } = await cabildo.open(slug).catch(() => ({ waiting: [], receipts: [] }));
  const sent = [...waiting.map(({ item }) => item.instance_id), ...receipts.map(({ instance }) => instance)];
  if (!sent.includes(mine)) return false;
  draft = { instance: mine };
  engine = await import(script.dataset.engine);
  if (script.dataset.files) ({ leftOf: left } = await import(script.dataset.files));
  opening.remove();
  document.addEventListener("click", onClick);
  finished();
  return true;
};

const start = async () => {
  // The interviewer's page around this one keeps what is answered in its own way (field.js).
  if (parent !== self && parent.cabildoField) self.cabildo = parent.cabildoField();
  const begun = NEW.exec(location.hash);
  cabildo.blocked = () => {
    for (const place of [opening, document.getElementById("kept")]) place.textContent = opening.dataset.blocked;
  };
  if (await comeBack()) return;
  draft = begun ? fresh(begun[1]) : await find();
  const { version, correction, title, lang } = model;
  if (draft.version && (draft.version !== version || draft.correction !== correction)) {
    return location.replace(`${draft.doc}#i-${draft.instance}`);
  }
  Object.assign(draft, { version, correction, title, language: lang, doc: model.docs[lang] });
  session((all) => all.setItem(KEY, draft.instance));
  engine = await import(script.dataset.engine);
  const { chance, repeats } = script.dataset;
  if (chance) mix = await (await import(chance)).chance(engine, model, draft.instance);
  if (repeats) {
    const tools = { engine, model, form, raw: () => raw, fillIn, furnish, collect, load, focus, soon };
    repeating = (await import(repeats)).repeating(tools);
  }
  if (model.timed) model.now = now();
  await engine.begin(form, model, script.dataset);
  repeating.setUp(engine.places.get(""));
  furnish(engine.places.get(""));
  if (script.dataset.files) {
    const found = await import(script.dataset.files);
    left = found.leftOf;
    const about = { form, draft, model, engine, changed: (control) => onInput({ target: control }) };
    filing = cabildo.files ? await found.filing(about) : found.without(about);
  }
  load(draft.raw);
  engine.forget();
  document.addEventListener("click", onClick);
  form.addEventListener("input", onInput);
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("popstate", () => {
    if (done) return reveal(thanks);
    const [, id] = /^#p-(.+)$/.exec(location.hash) || [];
    show(id ? decodeURIComponent(id) : location.hash === "#review" ? "" : idOf(shown()[0]));
    save();
  });
  addEventListener("pagehide", () => timer && save());
  document.addEventListener("visibilitychange", () => document.hidden && timer && save());
  const [, asked] = /^#p-(.+)$/.exec(location.hash) || [];
  const wanted = location.hash === "#review" ? "" : asked || draft.page || idOf(shown()[0]);
  opening.remove();
  history.replaceState(null, "", show(wanted));
  await attend();
  save();
};

const opening = document.getElementById("opening");
start().catch((error) => {
  opening.textContent = opening.dataset.failed;
  throw error;
});
