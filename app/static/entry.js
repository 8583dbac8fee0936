// Typing paper forms in: a whole code chooses and goes on, Enter goes on, and fields that the
// answers close are left out. Without this script the page is a plain form, and the server decides
// either way.

const source = document.getElementById("entry-data");
const { codes, types, items, names, lang, words } = JSON.parse(source.textContent);
const form = document.querySelector("form.entry");
const rows = [...form.querySelectorAll("[data-path]")].map((box) => ({
  box,
  path: box.dataset.path,
  name: box.dataset.name,
  input: box.querySelector("input"),
  output: box.querySelector("output"),
}));
const byPath = new Map(rows.map((row) => [row.path, row]));
const repeated = new Map(Object.entries(names));
let logic;
let saving = false;

const around = (path) => path.replace(/\/?[^/]*$/, "");
const offered = (row) => codes[row.name] || [];
const text = (row) => row.input.value.trim();

/** The codes in what was typed: several in a field that takes several. */
const parts = (row) => {
  const typed = text(row);
  const known = offered(row);
  if (types[row.name] !== "many" || known.some(([code]) => code === typed)) return typed ? [typed] : [];
  const found = typed.split(/[\s,;]+/).filter(Boolean);
  const short = !known.some(([code, , , special]) => !special && code.length > 1);
  return found.length === 1 && short && /^\d+$/.test(typed) ? [...typed] : found;
};

const chosen = (row) => parts(row).map((part) => offered(row).find(([code]) => code === part));

/** The answer as the logic knows it; undefined if there is none. */
const answerOf = (row) => {
  const typed = parts(row);
  if (!typed.length) return undefined;
  const values = typed.map((part, at) => (chosen(row)[at] || [0, part])[1]);
  const special = (chosen(row)[0] || [])[3];
  if (types[row.name] === "many") return values;
  if (!special && /mark|number/.test(types[row.name])) return +values[0].replace(",", ".");
  return values[0];
};

// Which fields are asked, by the survey's own rules

const instancesOf = () => {
  const root = { answers: Object.create(null), repeats: Object.create(null), position: 1, path: "" };
  const places = new Map([["", root]]);
  const place = (path) => {
    if (places.has(path)) return places.get(path);
    const [, before, repeat, position] = /^(?:(.*)\/)?([^/[]+)\[(\d+)\]$/.exec(path);
    const parent = place(before || "");
    const made = { answers: Object.create(null), repeats: Object.create(null), parent, repeat, position: +position, path };
    (parent.repeats[repeat] = parent.repeats[repeat] || []).push(made);
    places.set(path, made);
    return made;
  };
  for (const row of rows) place(around(row.path));
  return places;
};

const filled = (path) => rows.some((row) => row.path.startsWith(`${path}/`) && text(row));

const settle = () => {
  if (!logic) return;
  const places = instancesOf();
  const now = new Date().toISOString().replace("Z", "+00:00");
  const open = new Set();
  const scene = (here) => ({
    here, names: Object.fromEntries(repeated), now, seed: "", owner: "", language: lang,
    lists: { choices: () => [], table: () => null },
  });
  for (const item of items) {
    const chain = (names[item.n] || []).join("/");
    for (const [path, here] of places) {
      if (path.replace(/\[\d+\]/g, "") !== chain) continue;
      const own = path ? `${path}/${item.n}` : item.n;
      const around = path.replace(/\[\d+\]$/, "");
      const on = (!path || open.has(around)) && item.rel.every((tree) => logic.holds(tree, scene(here)));
      if (on) open.add(own);
      if (item.repeat) {
        const all = here.repeats[item.n] || [];
        const last = all.filter((one) => filled(one.path)).length;
        here.repeats[item.n] = on ? all.slice(0, last) : [];
      } else if (on) {
        const row = byPath.get(own);
        const answer = row ? answerOf(row) : item.calc && logic.evaluate(item.calc, scene(here));
        if (answer !== undefined && answer !== "") here.answers[item.n] = answer;
      }
    }
  }
  for (const row of rows) {
    const closed = !open.has(row.path);
    row.box.classList.toggle("closed", closed);
    row.input.tabIndex = closed ? -1 : 0;
  }
};

// What a typist sees and where they go

const say = (row) => {
  const known = offered(row);
  const found = chosen(row);
  const kind = types[row.name];
  const strange = known.length && kind !== "number" && kind !== "text" && found.includes(undefined);
  row.output.textContent = strange ? words.unknown : found.map((one) => one && (one[2] || "")).filter(Boolean).join(", ");
  row.output.classList.toggle("strange", !!strange);
  return !strange;
};

const fields = () => [form.elements.folio, form.elements.date, ...rows.filter(({ box }) => !box.classList.contains("closed")).map(({ input }) => input)].filter(Boolean);

const go = (from, step) => {
  const all = fields();
  const next = all[all.indexOf(from) + step];
  if (next) {
    next.focus();
    next.select();
  } else if (step > 0) {
    form.querySelector("[name=save]").focus();
  }
};

/** Whether nothing longer can be meant: 1 is whole where there is no 10. */
const whole = (row) => {
  const typed = text(row);
  if (!/one|mark/.test(types[row.name])) return false;
  const known = offered(row).map(([code]) => code);
  return known.includes(typed) && !known.some((code) => code !== typed && code.startsWith(typed));
};

form.addEventListener("input", ({ target }) => {
  const row = byPath.get((target.name || "").slice(2));
  if (!row) return;
  const known = say(row);
  settle();
  if (known && whole(row)) go(target, 1);
});

form.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (target.localName !== "input" || target.type === "checkbox") return;
  if (key === "Enter" || key === "ArrowDown") go(target, 1);
  else if (key === "ArrowUp") go(target, -1);
  else return;
  event.preventDefault();
});

form.addEventListener("click", ({ target }) => {
  const row = target.dataset.to && byPath.get(target.dataset.to);
  if (row) row.input.focus();
});
form.addEventListener("submit", (event) => {
  if (saving) event.preventDefault();
  saving = true;
});
addEventListener("pageshow", () => (saving = false));
addEventListener("beforeunload", (event) => {
  if (!saving && rows.some(({ input }) => input.value !== input.defaultValue)) event.preventDefault();
});

const start = async () => {
  logic = await import(document.querySelector("script[data-logic]").dataset.logic);
  for (const row of rows) say(row);
  settle();
  const wrong = form.querySelector("[aria-invalid]");
  (wrong || form.elements.folio)?.focus();
};
start();
