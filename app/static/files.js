// Files on a page that the phone asks alone: chosen, made smaller, kept with the draft, shown and
// taken away. What becomes of them afterwards: keep-files.js.
const QUALITY = 0.85;
const KINDS = { image: /^image\/(?!svg)/, audio: /^(audio|video)\//, video: /^video\// };
const RUN = /html|svg|xml$|javascript|x-ms|executable/;
const OFFICE = /openxml|opendocument/;

export const sizeOf = (size, lang) =>
  size < 1e6
    ? `${Math.max(1, Math.round(size / 1e3))} KB`
    : `${(size / 1e6).toLocaleString(lang, { maximumFractionDigits: 1 })} MB`;

const endingOf = ({ name = "", type }) => {
  const [, known] = /^image\/(png|webp|gif|heic)$/.exec(type) || [];
  const [, own] = /\.([a-z0-9]{1,5})$/.exec(name.toLowerCase()) || [];
  return type === "image/jpeg" ? "jpg" : known || own || "bin";
};

// No wider or higher than that, turned as it was taken. What the phone cannot draw stays as it is.
const smaller = async (file, pixels) => {
  if (!pixels || !self.createImageBitmap || !/^image\/(jpeg|png|webp)$/.test(file.type)) return file;
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch (error) {
    return file;
  }
  const share = pixels / Math.max(picture.width, picture.height);
  if (share >= 1) return file;
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * share));
  canvas.height = Math.max(1, Math.round(picture.height * share));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const made = await new Promise((done) => canvas.toBlob(done, file.type, QUALITY));
  return made || file;
};

const isFit = ({ type }, kind) => {
  if (kind && type) return KINDS[kind].test(type);
  return !RUN.test(type) || OFFICE.test(type);
};

/** Attends to the files of a form; `changed` is told which control has another answer. */
export const filing = async ({ form, draft, model, engine, changed }) => {
  const { words, lang } = model;
  const rows = new Map();
  for (const row of await cabildo.files.of(draft.instance)) rows.set(row.name, row);

  const said = (name) => {
    const row = rows.get(name);
    return row ? `${row.called || name} (${sizeOf(row.size, lang)})` : name;
  };

  const fieldOf = ({ box }) => box.querySelector("[type=file]");

  const draw = (slot) => {
    const field = fieldOf(slot);
    if (!field) return;
    const [{ value }] = engine.controls(slot);
    for (const old of slot.box.querySelectorAll(".held")) old.remove();
    if (!value) return;
    const name = engine.make("span", { class: "name" }, said(value));
    const hidden = engine.make("span", { class: "hidden" }, `: ${said(value)}`);
    const button = engine.make("button", { class: "link", type: "button", name: "drop", value: slot.path }, words.drop, hidden);
    slot.box.querySelector("[data-limit-of]").before(engine.make("p", { class: "held" }, name, " ", button));
  };

  const answer = (slot, name) => {
    const [control] = engine.controls(slot);
    control.value = name;
    draw(slot);
    changed(control);
  };

  const keep = async (slot, field) => {
    const [file] = field.files;
    const { kind, max, limit, pixels } = field.dataset;
    const blob = await smaller(file, +pixels);
    if (!blob.size) return words.file_empty;
    if (blob.size > +max) return engine.fill(words.file_too_large, { limit });
    if (!isFit(blob, kind)) return engine.fill(words.file_not_accepted, { accepted: field.dataset.accepted });
    const { instance, slug } = draft;
    const question = engine.lastOf(slot.path);
    const about = { instance, slug, question, called: file.name, ending: endingOf({ name: file.name, type: blob.type }) };
    const row = await cabildo.files.attach({ ...about, blob, anonymous: model.anonymous });
    rows.set(row.name, row);
    answer(slot, row.name);
    return "";
  };

  const choose = async ({ target }) => {
    if (target.type !== "file" || !target.files.length) return;
    const slot = engine.owners.get(target.closest("[data-q]"));
    target.setAttribute("aria-busy", "true");
    const fault = await keep(slot, target).catch(() => words.file_no_room);
    target.removeAttribute("aria-busy");
    target.value = "";
    engine.blame(slot, fault);
  };

  const drop = (path) => {
    const slot = engine.slots.get(path);
    answer(slot, "");
    fieldOf(slot).focus();
  };

  // What is no answer any more: files that were changed for others
  const tidy = (raw) => cabildo.files.drop(draft.instance, Object.values(raw).flat());

  form.addEventListener("change", choose);
  return { draw, drop, tidy };
};

/** Where nothing keeps files: that is said, and stops nobody. The team sees what is missing. */
export const without = ({ model, engine }) => {
  const draw = (slot) => {
    const field = slot.box.querySelector("[type=file]");
    if (!field) return;
    const node = engine.nodes.get(slot.path);
    if (node) node.item.req = false;
    field.replaceWith(engine.make("p", { class: "note" }, model.words.file_nowhere));
  };
  return { draw, drop: () => {}, tidy: () => Promise.resolve() };
};

/** What is still to be sent, in words; "" when nothing is. */
export const leftOf = (files, { words, lang }) => {
  const left = files.filter(({ refused }) => !refused);
  if (!left.length) return "";
  const key = left.every(({ blob }) => /^image/.test(blob.type)) ? "photo" : "file";
  const size = sizeOf(left.reduce((sum, row) => sum + row.size, 0), lang);
  const text = words[`${key}${left.length > 1 ? "s" : ""}_left`];
  return text.replace("%(n)s", left.length).replace("%(size)s", size);
};
