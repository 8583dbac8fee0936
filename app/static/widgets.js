// What some questions gain with a script: buttons to order by, the phone's own place, a list that
// can be searched. Loaded by respond.js where a page has one of them.

const make = (tag, properties, ...inside) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...inside);
  return made;
};
const fill = (text, given) => text.replace(/%\((\w+)\)s/g, (_, key) => given[key]);
const changed = (control) => control.dispatchEvent(new Event("input", { bubbles: true }));
const speaker = () => {
  const status = make("p", { className: "hint" });
  status.setAttribute("role", "status");
  return status;
};
const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
const buttonOf = (label, more) => {
  const button = make("button", { type: "button", className: "plain", textContent: label });
  if (more) button.setAttribute("aria-label", `${label}: ${more}`);
  return button;
};

const rank = (box, words) => {
  const lists = [...box.querySelectorAll("select")];
  const status = speaker();
  const nameOf = (list) => list.parentElement.querySelector("label").textContent.trim();
  const placeOf = (list) => list.selectedIndex || Infinity;
  const move = (list, step) => {
    const order = [...lists].sort((a, b) => placeOf(a) - placeOf(b) || lists.indexOf(a) - lists.indexOf(b));
    const from = order.indexOf(list);
    const to = Math.min(Math.max(from + step, 0), order.length - 1);
    order.splice(to, 0, order.splice(from, 1)[0]);
    order.forEach((one, place) => (one.selectedIndex = place + 1));
    changed(list);
    status.textContent = fill(words.place, { name: nameOf(list), n: to + 1, total: order.length });
  };
  for (const list of lists) {
    const moves = make("span", { className: "moves" });
    for (const [label, step] of [[words.up, -1], [words.down, 1]]) {
      const button = buttonOf(label, nameOf(list));
      button.addEventListener("click", () => move(list, step));
      moves.append(button);
    }
    list.after(moves);
  }
  box.append(status);
};

const geopoint = (box, words) => {
  if (!navigator.geolocation) return;
  const fields = [...box.querySelectorAll(".parts input")];
  const status = speaker();
  const button = buttonOf(words.locate);
  button.addEventListener("click", () => {
    status.textContent = words.locating;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const { latitude, longitude, altitude, accuracy } = coords;
        const found = [latitude.toFixed(6), longitude.toFixed(6), (altitude || 0).toFixed(1), accuracy.toFixed(1)];
        fields.forEach((field, i) => (field.value = found[i]));
        changed(fields[0]);
        status.textContent = fill(words.located, { n: Math.ceil(accuracy) });
      },
      ({ code }) => (status.textContent = code === 1 ? words.forbidden : words.nowhere),
      { enableHighAccuracy: true, timeout: 30000 },
    );
  });
  box.querySelector("[data-locate]").replaceWith(button, status);
};

const autocomplete = (box, words) => {
  const list = box.querySelector("select");
  const id = `${list.id}-find`;
  const status = speaker();
  const field = make("input", { id, className: "field", type: "search", autocomplete: "off" });
  field.addEventListener("input", (event) => {
    event.stopPropagation();
    const wanted = plain(field.value.trim());
    let found = 0;
    for (const option of list.options) {
      option.hidden = !!option.value && !option.selected && !plain(option.text).includes(wanted);
      if (option.value && !option.hidden) found++;
    }
    status.textContent = wanted && fill(words.found, { n: found });
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  list.before(make("label", { htmlFor: id, className: "hint", textContent: words.find }), field, status);
};

const thousands = (box) => {
  const field = box.querySelector("input");
  field.addEventListener("blur", () => {
    const found = /^(-?)(\d+)(,\d*)?$/.exec(field.value.trim());
    if (found) field.value = found[1] + found[2].replace(/\B(?=(\d{3})+$)/g, "\u202f") + (found[3] || "");
  });
};

const WIDGETS = {
  ".rank": rank,
  "[data-locate]": geopoint,
  "[data-find]": autocomplete,
  "[data-thousands]": thousands,
};

const seconds = (item, text) => (/(^|T)\d\d:\d\d$/.test(text) ? `${text}:00` : text);

/** Dresses questions; gives how the fields of some types say an answer. */
export const dress = (boxes, words) => {
  for (const box of boxes) {
    for (const mark in WIDGETS) if (box.matches(mark) || box.querySelector(mark)) WIDGETS[mark](box, words);
  }
  return {
    time: seconds,
    dateTime: seconds,
    rank: (item, text, texts) => {
      const pairs = texts.map((one) => [one.slice(0, one.lastIndexOf("=")), +one.slice(one.lastIndexOf("=") + 1)]);
      const order = pairs.filter(([, place]) => place).sort((a, b) => a[1] - b[1]);
      if (!order.length) return undefined;
      const whole = order.every(([, place], i) => place === i + 1) && (item.filter || order.length === texts.length);
      return whole ? order.map(([value]) => value) : { code: "rank" };
    },
    geopoint: (item, text, texts) => texts.map((one) => one.trim().replace(",", ".") || "0").join(" "),
  };
};
