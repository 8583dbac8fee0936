// What an expression is worth: the browser's half of encuestas/logic, whose SEMANTICS.md has the
// rules. Python parses; trees come as encuestas/logic/portable.py writes them.

const BLANKS = /[ \t\r\n]+/;
const NUMBER = /^[ \t\r\n]*(-?(?:\d+(?:\.\d*)?|\.\d+))[ \t\r\n]*$/;
const DATE = /^[ \t\r\n]*(\d{4})-(\d\d)-(\d\d)[ \t\r\n]*$/;

export const own = (object, key) =>
  Object.prototype.hasOwnProperty.call(object, key) ? object[key] : undefined;

/** Days since 1970-01-01; NaN for what is no day of the calendar. */
export const days = (year, month, day) => {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return +year && date.getUTCMonth() === month - 1 && date.getUTCDate() === +day ? date / 864e5 : NaN;
};

export const toNumber = (value) => {
  if (typeof value !== "string") return +value;
  let found = NUMBER.exec(value);
  if (found) return +found[1];
  found = DATE.exec(value);
  return found ? days(found[1], found[2], found[3]) : NaN;
};

export const toText = (value) => {
  const text = String(value);
  const found = typeof value === "number" && /^(-?)(\d)\.?(\d*)e(.+)$/.exec(text);
  if (!found) return text;
  const digits = found[2] + found[3];
  const shift = +found[4];
  return found[1] + (shift < 0
    ? "0." + "0".repeat(-shift - 1) + digits
    : digits + "0".repeat(shift - found[3].length));
};

export const toBoolean = (value) => (value !== value ? false : !!value);

/** Several answers or instances at once, in document order. */
export class Nodes {
  constructor(items) {
    this.items = items;
  }
}

const answer = (value) =>
  Array.isArray(value) ? value.join(" ") : value === undefined || value === null ? "" : value;

/** One value: of a node-set its first node's. */
export const plain = (value) =>
  value instanceof Nodes ? (value.items.length ? value.items[0].value : "") : value;
export const number = (value) => toNumber(plain(value));
export const text = (value) => toText(plain(value));
export const truth = (value) => toBoolean(plain(value));

const equal = (a, b) =>
  typeof a === "boolean" || typeof b === "boolean"
    ? toBoolean(a) === toBoolean(b)
    : typeof a === "number" || typeof b === "number"
    ? toNumber(a) === toNumber(b)
    : a === b;

const compared = (test) => (a, b) => {
  if (!(a instanceof Nodes || b instanceof Nodes)) return test(a, b);
  const values = (side) => (side instanceof Nodes ? side.items.map((node) => node.value) : [side]);
  return values(a).some((x) => values(b).some((y) => test(x, y)));
};

const binary = {
  "=": compared(equal),
  "!=": compared((a, b) => !equal(a, b)),
  "<": compared((a, b) => toNumber(a) < toNumber(b)),
  "<=": compared((a, b) => toNumber(a) <= toNumber(b)),
  ">": compared((a, b) => toNumber(a) > toNumber(b)),
  ">=": compared((a, b) => toNumber(a) >= toNumber(b)),
  "+": (a, b) => number(a) + number(b),
  "-": (a, b) => number(a) - number(b),
  "*": (a, b) => number(a) * number(b),
  div: (a, b) => number(a) / number(b),
  mod: (a, b) => number(a) % number(b),
};

// Nodes: an instance ({answers, repeats, parent, repeat, position}) and an answer in one.

const nodeOf = (at, name) => ({ at, name, value: answer(own(at.answers, name)) });

const inside = (at, name) => own(at.repeats, name) || [nodeOf(at, name)];

const reference = (name, { here, names }) => {
  const around = own(names, name) || [];
  const way = [];
  for (let at = here; at; at = at.parent) way.unshift(at);
  let shared = 0;
  while (shared < around.length && shared + 1 < way.length && way[shared + 1].repeat === around[shared])
    shared++;
  let found = [way[shared]];
  for (const repeat of around.slice(shared))
    found = [].concat(...found.map((at) => own(at.repeats, repeat) || []));
  return new Nodes([].concat(...found.map((at) => inside(at, name))));
};

const special = {
  $: (tree, context) => reference(tree[1], context),
  ".": (tree, context) => (context.node ? new Nodes([context.node]) : answer(context.current)),
  or: (tree, context) => tree.some((part, i) => i && truth(run(part, context))),
  and: (tree, context) => tree.every((part, i) => !i || truth(run(part, context))),
  if: (tree, context) => run(tree[truth(run(tree[1], context)) ? 2 : 3], context),
  neg: (tree, context) => -number(run(tree[1], context)),
  "~": (tree, context) =>
    tree[1].reduce((value, op, i) => binary[op](value, run(tree[i + 3], context)), run(tree[2], context)),
};

export const codes = (value) => text(value).split(BLANKS).filter(Boolean);

const functions = {
  boolean: (c, x) => truth(x),
  "count-selected": (c, x) => codes(x).length,
  false: () => false,
  not: (c, x) => !truth(x),
  number: (c, x) => number(x),
  selected: (c, x, code) => {
    const wanted = codes(code);
    return wanted.length === 1 && codes(x).includes(wanted[0]);
  },
  string: (c, x) => text(x),
  "string-length": (c, x) => [...text(x)].length,
  today: (c) => c.now.slice(0, 10),
  true: () => true,
};

/** Adds the functions of logic-more.js. */
export const register = (more) => Object.assign(functions, more);

const run = (tree, context) => {
  if (!Array.isArray(tree)) return tree;
  const op = tree[0];
  if (special[op]) return special[op](tree, context);
  const values = tree.slice(1).map((part) => run(part, context));
  return binary[op] && values.length === 2 ? binary[op](...values) : functions[op](context, ...values);
};

/** The value of a tree: a boolean, number or text. */
export const evaluate = (tree, context) => plain(run(tree, context));

/** Nested canonical answers as instances. */
export const instances = (answers, parent = null, repeat = "", position = 1) => {
  const made = { answers, repeats: Object.create(null), parent, repeat, position };
  for (const name in answers) {
    const value = answers[name];
    if (Array.isArray(value) && value.length && value.every((one) => one && one.constructor === Object))
      made.repeats[name] = value.map((one, i) => instances(one, made, name, i + 1));
  }
  return made;
};
