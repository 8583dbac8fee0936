// Answers the page as a person would, so many times, and tells what stands on it after each answer.

const form = document.querySelector("main form:not([action])");

let state;
const random = () => {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
export const begin = (seed) => (state = seed);
export const chance = (share) => random() < share;
export const one = (list) => list[Math.floor(random() * list.length)];
const pathOf = (element) => element.closest("[data-q]").dataset.q;
const isTick = ({ type }) => type === "radio" || type === "checkbox";

export const seen = () => {
  const questions = {};
  for (const box of form.querySelectorAll("[data-q]:not(template)")) {
    const controls = [...box.querySelectorAll("[name]")];
    const given = controls.filter((control) => !isTick(control) || control.checked);
    const output = box.querySelector("output");
    questions[box.dataset.q] = {
      values: given.map((control) => control.value).filter(Boolean),
      offered: controls
        .flatMap((control) => (isTick(control) ? [control] : [...(control.options || [])]))
        .map(({ value }) => value)
        .filter(Boolean),
      told: output && output.textContent,
    };
  }
  const spans = [...form.querySelectorAll("span[data-value]")];
  return {
    questions,
    spans: spans.map((span) => [span.dataset.value, span.textContent]),
    groups: [...form.querySelectorAll("[data-g]:not(template)")].map((group) => group.dataset.g),
    fields: [...new FormData(form)],
  };
};

export const drawn = (root) =>
  [...root.querySelectorAll("[data-g],[data-q],template")].flatMap((found) => {
    const { q, g } = found.dataset;
    const own = q || g ? [q || g] : [];
    return found.content ? [...own, ...drawn(found.content)] : own;
  });

export const answer = (pools, root = form) => {
  const all = [...root.querySelectorAll("[data-q] [name]")];
  const control = one(all.filter((found) => !found.closest("[hidden]")));
  if (!control) return null;
  if (isTick(control)) control.click();
  else {
    if (control.options) control.selectedIndex = Math.floor(random() * control.options.length);
    else control.value = one(pools[pathOf(control)] || pools[pathOf(control).split("/").pop()] || pools[""]);
    control.dispatchEvent(new InputEvent("input", { bubbles: true }));
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
  return pathOf(control);
};

export const wrong = () => {
  const found = {};
  for (const box of document.querySelectorAll("[data-q].wrong")) {
    found[box.dataset.q] = box.querySelector(".fault").lastChild.textContent;
  }
  return found;
};

/** Presses the button; nothing leaves the page. null: it would be sent. */
const send = async () => {
  let held;
  const hold = (event) => {
    held = event.defaultPrevented;
    event.preventDefault();
  };
  addEventListener("submit", hold, { once: true });
  form.querySelector("[name=next]").click();
  if (held) return { faults: wrong(), links: document.querySelectorAll(".summary a").length };
  await new Promise((done) => setTimeout(done, 1));
  dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  return null;
};

export const play = async (seed, steps, pools) => {
  state = seed;
  const first = { edited: null, ...seen() };
  const all = [first];
  let refused;
  for (let step = 0; step <= steps; step++) {
    const edited = step < steps ? answer(pools) : null;
    const after = { edited, ...seen() };
    const now = JSON.stringify(after.questions);
    // What was refused once goes through: that is meant, and nothing to compare.
    if (now !== refused && (step === steps || random() < 0.2)) {
      after.sent = await send();
      after.again = seen();
      if (after.sent) refused = now;
    }
    all.push(after);
  }
  return { drawn: drawn(document.body), all };
};
