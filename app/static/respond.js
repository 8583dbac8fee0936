// The page comes alive: it shows, counts and checks while it is answered. The server stays the
// authority: whatever fails here, the page posts as it does without a script.
// What the model holds: encuestas/page_model.py.

const script = document.querySelector("script[data-logic]");
const secret = document.querySelector("main [name=draft]");
const form = secret && secret.form;
const source = document.getElementById("model");
const model = source ? JSON.parse(source.textContent) : {};
const { words = {}, items = [], counts = {}, values = {} } = model;
// "constructor" is a name too
const names = Object.assign(Object.create(null), model.names);

const FORMULAS = ["rel", "calc", "def", "filter", "count"];
const ELSEWHERE = /"(\/|\[|\.\.|current|position|indexed-repeat)"/;
const EXACT = { maximumFractionDigits: 3, useGrouping: "always" };
const FIELDS = "[data-q] input:enabled,[data-q] select,[data-q] textarea,button";
const WIDGETS = ".rank,[data-locate],[data-find],[data-thousands]";
const WEEK = 6048e5;

// Path -> a question, group or instance, on the page or put away
const slots = new Map();
// Its element -> it
const owners = new Map();
// Path -> where its value is shown
const outputs = new Map();
// Path -> what is worked out of it
const nodes = new Map();
// Path -> the survey ("") or an instance of a repeat
const places = new Map();
const lists = { choices: (name) => (model.choices || {})[name] || [], table: () => null };
let logic;
// Of widgets.js: how its fields say an answer
let forms = {};
let sent, refused, pressed, timer, news = 0;

const same = (a, b) => a === b || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));
const around = (path) => path.replace(/\/?[^/]*$/, "");
const lastOf = (path) => path.split("/").pop();
const below = (at, name) => (at ? `${at}/${name}` : name);
const fill = (text, given) => text.replace(/%\((\w+)\)s/g, (_, key) => given[key]);
const set = (element, name, value) =>
  value ? element.setAttribute(name, value) : element.removeAttribute(name);
const make = (tag, attributes, ...inside) => {
  const made = document.createElement(tag);
  for (const name in attributes) made.setAttribute(name, attributes[name]);
  made.append(...inside);
  return made;
};
const live = make("p", { class: "hidden", role: "status" });

// What is on the page

const adopt = (root, outer) => {
  for (const found of root.querySelectorAll("[data-q],[data-g]")) {
    const { q, g } = found.dataset;
    const away = found.localName === "template" && found;
    const slot = { path: q || g, group: !q, away, box: away ? away.content.firstElementChild : found };
    const holder = found.parentElement && owners.get(found.parentElement.closest("[data-g]"));
    slot.up = holder || outer;
    slots.set(slot.path, slot);
    owners.set(slot.box, slot);
    if (away) adopt(slot.box, slot);
  }
  for (const found of root.querySelectorAll("[data-value]")) {
    const path = found.dataset.value;
    outputs.set(path, [...(outputs.get(path) || []), found]);
  }
};

const put = (slot, on) => {
  if (on !== !!slot.away) return;
  if (on) {
    slot.away.replaceWith(slot.box);
    slot.away = null;
    return;
  }
  const focused = slot.box.contains(document.activeElement);
  slot.away = make("template");
  slot.box.replaceWith(slot.away);
  if (!focused) return;
  const all = [...form.querySelectorAll(FIELDS)];
  all.find((one) => slot.away.compareDocumentPosition(one) & 4).focus();
};

const controls = ({ box }) => [...box.querySelectorAll("[name]")];
const isTick = ({ type }) => /radio|check/.test(type);
const typed = (slot) =>
  controls(slot)
    .filter((control) => !isTick(control) || control.checked)
    .map((control) => control.value);

const type = (slot, texts) => {
  let next = 0;
  for (const control of controls(slot)) {
    if (isTick(control)) control.checked = texts.includes(control.value);
    else control.value = texts[next++] || "";
  }
};

const arrange = () => {
  const filled = new Set();
  for (const slot of [...slots.values()].reverse()) {
    const node = nodes.get(slot.path);
    // A repeat stands there without any instance too: its button adds one.
    const stays = !slot.group || filled.has(slot) || slot.box.querySelector(`[name="${slot.path}[]"]`);
    const on = node ? node.on : !!stays;
    if (on) filled.add(slot.up);
    if (!slot.group && on === !!slot.away) {
      const [first] = controls(slot);
      const shown = first ? first.name : slot.path;
      const mark = form.querySelector(`[name=shown][value="${shown}"]`);
      if (mark) mark.remove();
      if (on) form.prepend(make("input", { type: "hidden", name: "shown", value: shown }));
      news += on ? 1 : -1;
    }
    put(slot, on);
  }
};

// What was typed, as an answer

const bad = (code, given) => ({ code, given });

const number = (item, raw) => {
  const value = raw.trim().replace("−", "-");
  let text = value.replace(/(\d)[ \u00a0\u202f'’](?=\d{3}(?!\d))/g, "$1");
  if (/^[+-]?[1-9]\d{0,2}[.,]\d{3}$/.test(text)) {
    const thousands = text.replace(/[.,]/, "");
    return bad("ambiguous_number", { value, thousands, decimal: text.replace(/[.,]/, words.point) });
  }
  const grouped = /^[+-]?[1-9]\d{0,2}([.,])\d{3}(\1\d{3})*((?!\1)[.,]\d+)?$/.exec(text);
  if (grouped) text = text.split(grouped[1]).join("");
  else if (!/^[+-]?(\d+([.,]\d*)?|[.,]\d+)$/.test(text)) return bad("not_a_number", { value });
  if (item.whole && /[.,]/.test(text)) return bad("not_an_integer", { value });
  const found = +text.replace(",", ".");
  const rest = ((found - item.low) / item.step) % 1;
  if (Math.min(rest, 1 - rest) > 1e-9) return bad(1);
  return found < item.low ? bad("low") : found > item.high ? bad("high") : found;
};

const answerOf = (item, texts) => {
  const given = [...new Set(texts.filter((text) => text.trim()))];
  const special = given.find((text) => (item.sp || []).includes(text));
  if (special && given[1]) return bad("special_not_alone", { value: special });
  if (!given[0] || (item.many && !forms[item.t])) return given[0] && given;
  const form = !special && (item.num ? number : forms[item.t]);
  if (form) return form(item, given[0], texts);
  return given[0].replace(/\r\n?/g, "\n").normalize().replace(/\n+$/, "");
};

const read = (node) => {
  const found = answerOf(node.item, typed(node.slot));
  node.wrong = found && found.code && found;
  node.answer = node.wrong ? undefined : found;
};

const write = (node) => {
  const { slot, answer } = node;
  if (!slot || !controls(slot).length) return;
  // Three decimals look like thousands
  const zero = (_, three) => words.point + (three ? `${three}0` : "");
  const local = (one) => (typeof one === "number" ? `${one}`.replace(/\.(\d{3}$)?/, zero) : one);
  const texts = answer === undefined ? [] : [].concat(answer).map(local);
  if (!same(typed(slot).filter(Boolean), texts)) type(slot, texts);
  read(node);
  if (node.wrong) type(slot, []);
  node.wrong = 0;
};

// What follows from it

const scene = (node, current, item) => ({
  here: node.at,
  names,
  now: model.now,
  seed: model.seed,
  owner: node.path,
  language: model.lang,
  lists,
  current,
  item,
});
const value = (tree, ...given) => logic.evaluate(tree, scene(...given));
const holds = (tree, ...given) => logic.holds(tree, scene(...given));

const cast = (item, result) => {
  const text = logic.text(result);
  const figure = logic.number(result);
  if (item.num) return isFinite(figure) && !(item.whole && figure % 1) ? figure : undefined;
  if (text === "" || result !== result) return undefined;
  if (item.many) return text.match(/\S+/g) || undefined;
  return item.t === "calculate" && typeof result === "number" ? result : text;
};

const choicesOf = ({ box }) => {
  for (const away of box.querySelectorAll("template")) away.replaceWith(away.content);
  return [...box.querySelectorAll("option,.option")].map((one) => {
    const control = one.querySelector("input") || one;
    return { box: one, control };
  });
};

const offer = (node) => {
  const { item, slot } = node;
  const open = Object.create(null);
  for (const row of lists.choices(item.n)) open[row.name] = holds(item.filter, node, node.answer, row);
  if (slot) {
    slot.choices = slot.choices || choicesOf(slot);
    for (const choice of slot.choices) {
      const on = open[choice.control.value];
      if (on !== undefined) put(choice, on);
    }
    read(node);
  }
  return Object.values(open).includes(true);
};

const compute = (node) => {
  const { item, up, at, slot } = node;
  const { on: was, count, seen } = node;
  let on = !node.off && (!up || (up.on && (!(up.count < at.position) || up.item.k !== "r")));
  if (on && item.rel) on = holds(item.rel, node);
  if (on && item.filter) on = offer(node);
  if (item.count && on) node.count = logic.number(value(item.count, node)) || 0;
  if (item.k) {
    node.all = node.all || at.repeats[item.n] || [];
    at.repeats[item.n] = on ? node.all.slice(0, node.count) : [];
  }
  const runs = node.fire || item.ro || (node.fresh && !(item.trig && slot));
  const formula = on && runs && (item.calc || item.def);
  if (formula) {
    node.answer = cast(item, value(formula, node));
    node.fire = false;
    if (!item.ro) write(node);
  }
  node.on = on;
  node.seen = on ? node.answer : undefined;
  if (node.seen === undefined) delete at.answers[item.n];
  else at.answers[item.n] = node.seen;
  return was !== on || count !== node.count || !same(seen, node.seen);
};

const display = ({ path, seen, slot }) => {
  const shown = outputs.get(path);
  if (!shown) return;
  const say = (one) => {
    if (typeof one === "number") return one % 1 ? one.toLocaleString(words.locale, EXACT) : `${one}`;
    const value = `[value="${CSS.escape(one)}"]`;
    const choice = slot && slot.box.querySelector(`option${value},.option ${value}`);
    return choice ? choice.text || choice.parentElement.textContent.trim() : one;
  };
  const text = seen === undefined ? "" : [].concat(seen).map(say).join(", ");
  for (const place of shown) (place.firstChild || place.appendChild(new Text())).data = text || "…";
};

const stir = (node) => {
  node.stirred = node.item.stirred = true;
};

const spread = ({ item, at }) => {
  for (const next of item.next) {
    for (const node of next.nodes) {
      if (next.near && next.chain === item.chain && node.at !== at) continue;
      if (next.trig && next.trig.includes(item.n)) node.fire = node.ready;
      stir(node);
    }
  }
};

const settle = () => {
  let moved;
  for (const item of items) {
    if (!item.stirred) continue;
    item.stirred = false;
    for (const node of item.nodes) {
      if (!node.stirred) continue;
      const { on } = node;
      node.stirred = false;
      if (compute(node)) {
        spread(node);
        display(node);
      }
      node.ready = true;
      moved = moved || on !== node.on || item.k;
    }
  }
  if (moved) arrange();
};

const refresh = () => {
  for (const node of nodes.values()) {
    if (node.slot && controls(node.slot).length && (!node.fresh || node.item.trig)) read(node);
    stir(node);
  }
  settle();
};

const build = () => {
  const place = (path, parent, repeat, position) => {
    const chain = parent ? below(parent.chain, repeat) : "";
    const made = { answers: Object.create(null), repeats: Object.create(null), parent, repeat, position, path, chain };
    places.set(path, made);
    return made;
  };
  place("", null, "", 1);
  for (const path in counts) {
    const [parent, name, list] = [places.get(around(path)), lastOf(path), []];
    while (list.length < counts[path]) {
      const position = list.length + 1;
      list.push(place(`${path}[${position}]`, parent, name, position));
    }
    parent.repeats[name] = list;
  }
  const known = new Map();
  for (const item of items) {
    const chain = (names[item.n] || []).join("/");
    const near = !ELSEWHERE.test(JSON.stringify(FORMULAS.map((key) => item[key])));
    known.set(item.n, Object.assign(item, { nodes: [], next: new Set(), chain, near }));
    for (const at of places.values()) {
      if (at.chain !== chain) continue;
      const path = below(at.path, item.n);
      const slot = slots.get(path);
      const node = { item, at, path, slot, on: slot ? !slot.away : true };
      const outer = known.get(item.in);
      if (outer) node.up = nodes.get(below((outer.k ? at.parent : at).path, item.in));
      nodes.set(path, node);
      item.nodes.push(node);
    }
  }
  for (const path in values) {
    const node = nodes.get(path);
    if (node) node.answer = values[path];
    else places.get(around(path)).answers[lastOf(path)] = values[path];
  }
  for (const path of model.fresh || []) nodes.get(path).fresh = true;
  for (const path of model.off || []) nodes.get(path).off = true;
  for (const item of items) {
    const wait = (tree) => {
      if (Array.isArray(tree)) tree.forEach(wait);
      else if (known.has(tree)) known.get(tree).next.add(item);
    };
    wait(FORMULAS.map((key) => item[key]));
    wait(item.trig);
    wait(item.in);
  }
};

// Before it is sent

const faultOf = (node) => {
  const { item, wrong, answer } = node;
  const own = item.w || {};
  if (wrong) return own[wrong.code] || fill(words[wrong.code] || "", wrong.given);
  if (answer === undefined) {
    return (item.req && (item.req === true || holds(item.req, node)) && own.required) || "";
  }
  const judged = item.con && !(item.sp || []).includes(`${answer}`);
  return judged && !holds(item.con, node, answer) ? own.constraint : "";
};

const faults = () => {
  const found = [];
  for (const slot of slots.values()) {
    const node = nodes.get(slot.path);
    if (slot.group || !node || !slot.box.isConnected || !controls(slot).length) continue;
    const text = faultOf(node);
    if (text) found.push({ slot, text });
  }
  return found;
};

const firstOf = ({ box }) => box.querySelector("[id]:enabled");

const blame = (slot, text) => {
  const { box } = slot;
  const first = firstOf(slot);
  const id = `${first.id}-fault`;
  const hint = box.querySelector(".hint");
  const old = document.getElementById(id);
  if (old) old.remove();
  slot.blamed = text;
  box.classList.toggle("wrong", !!text);
  if (text) {
    const hidden = make("span", { class: "hidden" }, `${words.mend} `);
    (hint || box.querySelector(".asked")).after(make("p", { class: "fault", id }, hidden, text));
  }
  const holder = box.querySelector("fieldset") || first;
  const others = (holder.getAttribute("aria-describedby") || "").replace(id, "").trim();
  set(holder, "aria-describedby", text ? `${id} ${others}`.trim() : others);
  const group = box.querySelector("[role=radiogroup]");
  for (const one of group ? [group] : controls(slot)) set(one, "aria-invalid", text && "true");
};

const tell = (found) => {
  const old = document.querySelector(".summary");
  if (old) old.remove();
  for (const other of slots.values()) if (other.blamed) blame(other, "");
  const id = "summary-title";
  const list = make("ul");
  for (const { slot, text } of found) {
    blame(slot, text);
    const asked = ` (${slot.box.querySelector(".asked").textContent.trim()})`;
    const link = make("a", { href: `#${firstOf(slot).id}` }, text);
    link.append(make("span", { class: "hidden" }, asked));
    list.append(make("li", {}, link));
  }
  const looks = { class: "summary flow", role: "alert", tabindex: -1, "aria-labelledby": id };
  const summary = make("div", looks, make("h2", { id }, words.title), list);
  form.parentElement.prepend(summary);
  summary.focus();
};

// What is remembered until the server has it

const hash = [...(secret ? secret.value : "")].reduce((sum, c) => (sum * 33 + c.charCodeAt(0)) | 0, 0);
const key = `cabildo:${hash}:${location.pathname}`;
let base;

const page = () => {
  const all = {};
  for (const slot of slots.values()) if (!slot.group) all[slot.path] = typed(slot);
  return JSON.stringify(all);
};

const store = (work) => {
  try {
    return work(localStorage);
  } catch (error) {
    // Private windows and full phones: there is nothing to remember with
    return null;
  }
};

const remember = () => {
  const now = page();
  const kept = JSON.stringify({ base, now, sent, time: Date.now() });
  store((all) => (now === base ? all.removeItem(key) : all.setItem(key, kept)));
};

const recall = () => {
  const kept = store((all) => {
    for (const other of Object.keys(all)) {
      if (other === key || !/^cabildo:/.test(other)) continue;
      const old = JSON.parse(all[other]);
      if (!secret || old.sent || Date.now() - old.time > WEEK) all.removeItem(other);
    }
    return JSON.parse(all.getItem(key));
  });
  base = page();
  if (!kept) return;
  if (kept.base !== base) return store((all) => all.removeItem(key));
  const before = JSON.parse(kept.now);
  for (const path in before) {
    const slot = slots.get(path);
    if (!slot || same(typed(slot), before[path])) continue;
    type(slot, before[path]);
    if (nodes.has(path)) nodes.get(path).fresh = false;
  }
  form.before(make("p", { class: "note", role: "status" }, words.kept));
};

// When something happens

const rest = () => {
  if (news > 0) live.textContent = fill(news > 1 ? words.more : words.one, { n: news });
  news = 0;
  remember();
};

const onInput = ({ target }) => {
  const slot = owners.get(target.closest("[data-q]"));
  const node = slot && nodes.get(slot.path);
  clearTimeout(timer);
  timer = setTimeout(rest, 600);
  if (!node) return;
  for (const { away, control } of slot.choices || []) {
    if (away) control.checked = control.selected = false;
  }
  node.fresh = false;
  read(node);
  stir(node);
  settle();
  if (slot.box.classList.contains("wrong") && !faultOf(node)) blame(slot, "");
};

const lock = (on) => {
  sent = on;
  for (const button of form.querySelectorAll("button")) button.disabled = on;
};

const onSubmit = (event) => {
  const button = event.submitter || pressed;
  if (sent) return event.preventDefault();
  // What a browser fills in may come without an event
  refresh();
  const found = !button || button.name === "next" ? faults() : [];
  const now = page();
  // The same answers pressed twice: perhaps the server understands what this page does not.
  if (found.length && now !== refused) {
    refused = now;
    tell(found);
    return event.preventDefault();
  }
  sent = true;
  remember();
  setTimeout(lock, 0, true);
  setTimeout(lock, 9000, false);
};

const start = async () => {
  adopt(form);
  const dressed = [...slots.values()]
    .filter(({ group, box }) => !group && (box.matches(WIDGETS) || box.querySelector(WIDGETS)))
    .map(({ box }) => box);
  const { logic: main, more, widgets } = script.dataset;
  if (model.now) logic = await import(main);
  if (model.more) logic.register((await import(more)).functions);
  if (dressed.length) forms = (await import(widgets)).dress(dressed, words);
  build();
  recall();
  refresh();
  news = 0;
  form.after(live);
  form.addEventListener("input", onInput);
  form.addEventListener("click", ({ target }) => (pressed = target.closest("button") || pressed));
  form.addEventListener("submit", onSubmit);
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    lock(false);
    refresh();
  });
};

if (secret) start();
else recall();
