// What this phone keeps and what it sent: unfinished, waiting, received.
const place = document.getElementById("mine");
const words = JSON.parse(place.dataset.words);
const MINUTES = 60000;
let files = [];
let leftOf = () => "";

const make = (tag, attributes, ...inside) => {
  const made = document.createElement(tag);
  for (const name in attributes) made.setAttribute(name, attributes[name]);
  made.append(...inside);
  return made;
};

const button = (text, act, kind = "plain") => {
  const made = make("button", { type: "button", class: kind }, text);
  made.addEventListener("click", act);
  return made;
};

const fill = (text, given) => text.replace(/%\((\w+)\)s/g, (_, key) => given[key]);
const moment = (text) => new Date(text).toLocaleString(words.locale, { dateStyle: "medium", timeStyle: "short" });

const section = (title, rows) =>
  rows.length ? [make("h2", {}, title), make("ul", { class: "kept" }, ...rows)] : [];

const remove = (instance) => async () => {
  if (!confirm(words.sure)) return;
  await cabildo.discard(instance);
};

const begun = ({ instance, title, updated, doc }) =>
  make(
    "li",
    {},
    make("b", {}, title),
    make("p", { class: "aside" }, fill(words.changed, { when: moment(updated) })),
    make(
      "p",
      { class: "buttons" },
      make("a", { class: "button", href: `${doc}#i-${instance}` }, words.go_on),
      button(words.remove, remove(instance)),
    ),
  );

const finished = (title, when, ...state) =>
  make("li", {}, make("b", {}, title), make("p", { class: "aside" }, fill(words.finished, { when: moment(when) })), ...state);

// What is still to be sent of an answer's files, and what could not be taken
const filesOf = (instance) => {
  const rows = files.filter((row) => row.instance === instance);
  const lines = [leftOf(rows, { words, lang: words.locale }), ...rows.map(refusal)];
  return lines.filter(Boolean).map((line) => make("p", {}, line));
};
const refusal = ({ called, name, refused }) => refused && `«${called || name}»: ${refused.title} ${refused.remedy}`;

const waiting = ({ title, item, state, verdict }) => {
  const text = state === "refused" ? [verdict.message, verdict.remedy || words.refused] : [words.kept];
  const line = make("p", {}, text.filter(Boolean).join(" "));
  return finished(title, item.finished_at, line, ...filesOf(item.instance_id));
};

const receipt = (text) => {
  const [before, after] = words.received.split("%(receipt)s");
  return make("p", {}, before, make("strong", { class: "code", translate: "no" }, text), after);
};

const received = ({ title, instance, finished_at, status, receipt: code }) =>
  finished(
    title,
    finished_at,
    code ? receipt(code) : make("p", {}, words.got),
    ...(words[status] ? [make("p", { class: "note" }, words[status])] : []),
    ...filesOf(instance),
  );

// What was finished and is not all received, for the team to load: with files it is a ZIP.
const packed = async () => {
  const { waiting, receipts } = await cabildo.open();
  const told = { cabildo: 1, responses: waiting.map(({ item }) => item) };
  const finished = [...waiting.map(({ item }) => item.instance_id), ...receipts.map((one) => one.instance)];
  const rows = (await cabildo.files.all()).filter(({ instance }) => finished.includes(instance));
  if (!rows.length) return new Blob([JSON.stringify(told)], { type: "application/json" });
  return (await import(place.dataset.carry)).carried(told, rows);
};

const download = async () => {
  const file = await packed().catch(() => say(words.not_packed));
  if (!file) return;
  const name = `${words.file}.${/zip/.test(file.type) ? "zip" : "json"}`;
  const link = make("a", { href: URL.createObjectURL(file), download: name });
  link.click();
  setTimeout(URL.revokeObjectURL, 60000, link.href);
};

const again = async () => {
  say(words.sending);
  await cabildo.retry();
};

const clock = (ahead) => {
  if (Math.abs(ahead) < 10 * MINUTES) return [];
  const minutes = Math.round(Math.abs(ahead) / MINUTES);
  return [make("p", { class: "note" }, fill(ahead > 0 ? words.ahead : words.behind, { minutes }))];
};

const say = (text) => {
  const live = place.previousElementSibling;
  if (live.textContent !== text) live.textContent = text;
};

const byTime = (key) => (a, b) => (a[key] < b[key] ? 1 : -1);

const draw = async () => {
  const all = await cabildo.open().catch(() => null);
  if (!all) return say(words.cannot);
  files = await cabildo.files.all();
  if (files.length) ({ leftOf } = await import(place.dataset.files).catch(() => ({ leftOf })));
  const { waiting: rows, receipts } = all;
  // Who only looked at the first question has nothing to go on with
  const drafts = all.drafts.filter(({ raw }) => Object.keys(raw || {}).length);
  const none = !drafts.length && !rows.length && !receipts.length;
  const buttons = make("p", { class: "buttons" }, button(words.send, again, ""), button(words.save, download));
  const rest = receipts.some(({ instance }) => files.some((row) => row.instance === instance));
  const hint = [make("p", {}, words.alone), buttons, make("p", { class: "hint" }, words.hand)];
  const unsent = rows.length || rest ? hint : [];
  const ahead = await cabildo.clock();
  // At once: another drawing may have begun meanwhile, and nothing is to stand here twice.
  place.replaceChildren(
    ...clock(ahead),
    ...section(words.waiting, rows.map(waiting)),
    ...unsent,
    ...section(words.begun, drafts.sort(byTime("updated")).map(begun)),
    ...section(words.sent, receipts.sort(byTime("received_at")).map(received)),
    ...(none ? [make("p", {}, words.nothing)] : []),
  );
  say("");
};

cabildo.blocked = () => say(words.blocked);
cabildo.watch("", ({ state }) => (state === "sending" ? say(words.sending) : draw()));
draw();
