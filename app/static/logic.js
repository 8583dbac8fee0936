// What an expression is worth: the browser's half of encuestas/logic, whose SEMANTICS.md has the
// rules. Python parses; trees come as encuestas/logic/portable.py writes them.
//
// A context: {here, names, now, current, seed, owner, language, lists, item}. `here` is an instance
// {answers, repeats, parent, repeat, position}; `now` an ISO text with milliseconds and offset;
// `lists` {choices(question) -> [{value, label}], table(name) -> {columns, rows}}.

const DAY = 864e5;
const BLANKS = /[ \t\r\n]+/;
const NUMBER = /^[ \t\r\n]*(-?(\d+(\.\d*)?|\.\d+))[ \t\r\n]*$/;
const CLOCK = "(\\d\\d):(\\d\\d)(?::(\\d\\d)(?:\\.(\\d{1,9}))?)?(?:Z|[-+]\\d\\d(?::?\\d\\d)?)?";
const blanked = (pattern) => new RegExp(`^[ \\t\\r\\n]*${pattern}[ \\t\\r\\n]*$`);
const DATED = blanked(`(\\d{4})-(\\d\\d)-(\\d\\d)(?:T${CLOCK})?`);
const TIMED = blanked(`()()()${CLOCK}`);

const own = (object, key) =>
  object && Object.prototype.hasOwnProperty.call(object, key) ? object[key] : undefined;

/** [day since 1970-01-01, millisecond of the day], each undefined if not said; or undefined. */
const moment = (value) => {
  const found = DATED.exec(value) || TIMED.exec(value);
  if (!found) return undefined;
  const [, year, month, date, hour, minute, second = 0, part = ""] = found;
  let day, time;
  if (year) {
    const at = new Date(0);
    at.setUTCFullYear(year, month - 1, date);
    if (!+year || at.getUTCMonth() !== month - 1 || at.getUTCDate() !== +date) return undefined;
    day = at / DAY;
  }
  if (hour) {
    if (hour > 23 || minute > 59 || second > 59) return undefined;
    time = ((hour * 60 + +minute) * 60 + +second) * 1000 + +part.padEnd(3, 0).slice(0, 3);
  }
  return [day, time];
};

const toNumber = (value) => {
  if (typeof value !== "string") return +value;
  let found = NUMBER.exec(value);
  if (found) return +found[1];
  found = moment(value);
  return found ? ((found[0] || 0) * DAY + (found[1] || 0)) / DAY : NaN;
};

const toText = (value) => {
  const written = String(value);
  const found = typeof value === "number" && /^(-?)(\d)\.?(\d*)e(.+)$/.exec(written);
  if (!found) return written;
  const [, sign, first, rest, shift] = found;
  return sign + (shift < 0
    ? "0." + "0".repeat(-shift - 1) + first + rest
    : first + rest + "0".repeat(shift - rest.length));
};

/** Nodes in document order: instances, answers in them ({holder, name, value}), rows of tables. */
class Nodes {
  constructor(items) {
    this.items = items;
  }
}

const fromAnswer = (value) =>
  Array.isArray(value) ? value.join(" ") : value === undefined || value === null ? "" : value;
const valueOf = (node) => (node.holder ? node.value : "");

/** One value: of several nodes the first one's. */
const plain = (value) =>
  value instanceof Nodes ? (value.items.length ? valueOf(value.items[0]) : "") : value;
/** An answer alone is its value. */
const simple = (nodes) =>
  nodes instanceof Nodes && nodes.items.length === 1 && nodes.items[0].holder ? nodes.items[0].value : nodes;
export const number = (value) => toNumber(plain(value));
export const text = (value) => toText(plain(value));
export const truth = (value) => {
  value = simple(value);
  return value instanceof Nodes ? value.items.length > 0 : value === value && !!value;
};
const joined = (parts) => parts.flat();
const flat = (values) =>
  joined(values.map((one) => (one instanceof Nodes ? one.items.map(valueOf) : [one])));
const whole = (value) => Math.trunc(number(value)) || 0;
const isNumber = (value) => value === value;

// What an expression may still cost: SEMANTICS.md, "Bounds".
let left = 0;
const TOO_MUCH = {};
const spend = (amount) => {
  left -= amount;
  if (left < 0) throw TOO_MUCH;
};
const weighed = (values) => {
  for (const one of values)
    if (typeof one === "string" && one.length > 1000) spend(Math.floor(one.length / 20));
  return values;
};

// Comparisons -----------------------------------------------------------------------------------

const sides = (side) => {
  const values = [...new Set(flat([side]))];
  return values.length ? values : [""];
};
/** Whether two sides share a value, in time linear in their sizes. */
const anyEqual = (left, right) => {
  const of = (kind) => (one) => typeof one === kind;
  if ([...left, ...right].some(of("boolean")))
    return left.some((one) => right.some((other) => equal(one, other)));
  const numbers = right.filter(of("number"));
  const exact = new Set(numbers);
  const texts = new Set(right.filter(of("string")));
  const read = new Set([...numbers, ...[...texts].map(toNumber)]);
  const has = (set, one) => isNumber(one) && set.has(one);
  return left.some((one) =>
    typeof one === "number" ? has(read, one) : texts.has(one) || has(exact, toNumber(one)));
};
const equal = (a, b) => {
  const either = (kind) => typeof a === kind || typeof b === kind;
  if (either("boolean")) return truth(a) === truth(b);
  if (a instanceof Nodes || b instanceof Nodes) return anyEqual(sides(a), sides(b));
  return either("number") ? toNumber(a) === toNumber(b) : a === b;
};
const differs = (a, b) =>
  a instanceof Nodes || b instanceof Nodes
    ? sides(a).some((one) => sides(b).some((other) => !equal(one, other)))
    : !equal(a, b);
const below = (test) => (a, b) => {
  const low = flat([a]).map(toNumber).filter(isNumber);
  const high = flat([b]).map(toNumber).filter(isNumber);
  const by = (pick, all) => all.reduce((x, y) => pick(x, y));
  return low.length > 0 && high.length > 0 && test(by(Math.min, low), by(Math.max, high));
};
const less = below((a, b) => a < b);
const atMost = below((a, b) => a <= b);

const binary = {
  "=": equal,
  "!=": differs,
  "<": less,
  "<=": atMost,
  ">": (a, b) => less(b, a),
  ">=": (a, b) => atMost(b, a),
  "+": (a, b) => number(a) + number(b),
  "-": (a, b) => number(a) - number(b),
  "*": (a, b) => number(a) * number(b),
  div: (a, b) => number(a) / number(b),
  mod: (a, b) => number(a) % number(b),
};

// Nodes -----------------------------------------------------------------------------------------

/** What is of that name directly in an instance: a repeat's instances, else an answer. */
const child = (holder, name) =>
  own(holder.repeats, name) || [{ holder, name, value: fromAnswer(own(holder.answers, name)) }];

/** The instances around a place, outermost first. */
const chain = (at) => (at ? [...chain(at.parent), at] : []);

const referred = ({ here, names }, name) => {
  const around = own(names, name) || [];
  const way = chain(here);
  let shared = 0;
  while (shared < around.length && way[shared + 1] && way[shared + 1].repeat === around[shared])
    shared++;
  let found = [way[shared]];
  for (const repeat of around.slice(shared)) {
    found = joined(found.map((one) => own(one.repeats, repeat) || []));
    spend(found.length);
  }
  found = joined(found.map((one) => child(one, name)));
  if (found[1]) spend(found.length);
  return found;
};

const filled = (node) =>
  node.answers
    ? Object.values(node.answers).some((answer) => toText(fromAnswer(answer)) !== "") ||
      joined(Object.values(node.repeats)).some(filled)
    : !node.holder || toText(node.value) !== "";

const origin = ({ here, current }) => ({ holder: here, name: "", value: fromAnswer(current) });

// A row is {table, position, columns}, a table {sheet, table}.
const tongue = (c) => c.language || "es";
const cell = ({ columns }, name, language) => {
  const column = [`${name}::${language}`, name].find((one) => own(columns, one) !== undefined);
  return column ? columns[column] : undefined;
};
const cells = (row, names, c) =>
  names
    .map((name) => ({ holder: row, name, value: cell(row, name, tongue(c)) }))
    .filter((one) => one.value !== undefined);
const rowOf = ({ sheet, table }, index) => {
  const row = { table: sheet, position: index + 1, names: table.columns, columns: Object.create(null) };
  table.columns.forEach((name, i) => (row.columns[name] = table.rows[index][i]));
  return row;
};

const children = (node, name, c) => {
  const { answers, repeats, columns, sheet, table } = node;
  if (answers) {
    if (name === "*")
      return joined([...Object.keys(answers), ...Object.keys(repeats)].map((one) => child(node, one)));
    const around = own(c.names, name) || [];
    return own(repeats, name) || (around[around.length - 1] || "") === node.repeat ? child(node, name) : [];
  }
  if (columns) return cells(node, name === "*" ? [...new Set(node.names || Object.keys(columns))] : [name], c);
  if (!sheet) return [];
  if (name === "root") return [node];
  return name === "item" || name === "*" ? table.rows.map((_, i) => rowOf(node, i)) : [];
};
const stepped = (node, name, c) =>
  name === "." ? [node]
    : name === ".." ? [node.holder || node.parent].filter(Boolean)
    : children(node, name, c);
const filtered = (found, predicates, c) =>
  predicates.reduce((kept, predicate) => {
    spend(kept.length);
    return kept.filter((node, i) => {
      const value = run(predicate, { ...c, focus: { node, position: i + 1, size: kept.length } });
      return typeof value === "number" ? value === i + 1 : truth(value);
    });
  }, found);
/** None twice: rows are made anew each time, so it is their place that tells them apart. */
const distinct = (found) => {
  const seen = new Map();
  return found.filter((node) => {
    const holder = node.holder || node;
    const key = holder.columns ? `${holder.position}\n${holder.table}` : holder.sheet || holder;
    const names = seen.get(key) || new Set();
    seen.set(key, names);
    const name = node.holder ? node.name : undefined;
    return !names.has(name) && names.add(name);
  });
};
const items = (tree, c) => {
  const found = nodes(tree, c);
  return found instanceof Nodes ? found.items : [];
};

/** Trees that name nodes. */
const paths = {
  "@": (tree, c) => (c.focus ? children(c.focus.node, tree[1], c) : []),
  "[": ([, base, ...predicates], c) => filtered(items(base, c), predicates, c),
  "/": ([, base, ...steps], c) =>
    steps.reduce(
      (found, [name, ...predicates]) =>
        distinct(joined(found.map((node) => {
          const next = stepped(node, name, c);
          spend(next.length);
          return filtered(next, predicates, c);
        }))),
      items(base, c),
    ),
  "|": ([, ...parts], c) => distinct(joined(parts.map((one) => items(one, c)))),
  $: (tree, c) => referred(c, tree[1]),
  ".": (tree, c) => [c.focus ? c.focus.node : origin(c)],
  current: (tree, c) => [origin(c)],
  "..": (tree, { focus, here }) => {
    const parent = focus ? focus.node.holder || focus.node.parent : here;
    return parent ? [parent] : [];
  },
};

// Evaluation ------------------------------------------------------------------------------------

const special = {
  or: (tree, c) => tree.some((part, i) => i && truth(run(part, c))),
  and: (tree, c) => tree.every((part, i) => !i || truth(run(part, c))),
  if: (tree, c) => run(tree[truth(run(tree[1], c)) ? 2 : 3], c),
  neg: (tree, c) => -number(run(tree[1], c)),
  "~": ([, ops, first, ...rest], c) =>
    ops.reduce((value, op, i) => binary[op](value, run(rest[i], c)), run(first, c)),
};

const extreme = (better) => (c, ...values) =>
  flat(values)
    .map(toNumber)
    .filter(isNumber)
    .reduce((best, one) => (better(one, best) || !isNumber(best) ? one : best), NaN) + 0;

const codes = (value) => text(value).split(BLANKS).filter(Boolean);

const shifted = (value, by) => {
  const [digits, exponent = 0] = String(value).split("e");
  return +`${digits}e${+exponent + by}`;
};

/** Functions of nodes: their arguments are not made plain. */
const ofNodes = {
  boolean: (c, x) => truth(x),
  count: (c, x) => (x instanceof Nodes ? x.items.length : NaN),
  "count-non-empty": (c, x) => (x instanceof Nodes ? x.items.filter(filled).length : NaN),
  max: extreme((a, b) => a > b),
  min: extreme((a, b) => a < b),
  not: (c, x) => !truth(x),
  position: ({ focus }, x) => {
    if (x === undefined) return focus ? focus.position : 1;
    if (!(x instanceof Nodes)) return NaN;
    return x.items.length ? x.items[0].position || 1 : 0;
  },
  sum: (c, x) => flat([x]).map(toNumber).filter(isNumber).reduce((all, one) => all + one, 0),
};

const functions = {
  "count-selected": (c, x) => codes(x).length,
  false: () => false,
  int: (c, x) => Math.trunc(number(x)) + 0,
  number: (c, x) => number(x),
  once: (c, x) => (text(fromAnswer(c.current)) === "" ? x : fromAnswer(c.current)),
  round: (c, x, places = 0) => {
    const value = number(x);
    const shift = whole(places);
    if (!isFinite(value)) return value;
    if (Math.abs(shift) > 30) return NaN;
    const scaled = shifted(value, shift);
    if (!isFinite(scaled)) return value;
    const floor = Math.floor(scaled);
    return shifted(BigInt(scaled - floor < 0.5 ? floor : floor + 1), -shift);
  },
  selected: (c, x, code) => {
    const wanted = codes(code);
    return wanted.length === 1 && codes(x).includes(wanted[0]);
  },
  string: (c, x) => text(x),
  "string-length": (c, x = fromAnswer(c.current)) => [...text(x)].length,
  today: (c) => c.now.slice(0, 10),
  true: () => true,
};

/** The nodes that a tree names; the value of one that names none. */
const nodes = (tree, c) =>
  Array.isArray(tree) && own(paths, tree[0]) ? new Nodes(paths[tree[0]](tree, c)) : run(tree, c);

const run = (tree, c) => {
  spend(1);
  if (!Array.isArray(tree)) return tree;
  const [op, ...parts] = tree;
  if (own(paths, op)) return simple(nodes(tree, c));
  if (own(special, op)) return special[op](tree, c);
  if (own(binary, op)) return binary[op](run(parts[0], c), run(parts[1], c));
  if (own(ofNodes, op)) return ofNodes[op](c, ...weighed(parts.map((part) => nodes(part, c))));
  return functions[op](c, ...weighed(parts.map((part) => plain(run(part, c)))));
};

const start = (c) =>
  c.item ? { ...c, focus: { node: { position: 1, columns: c.item }, position: 1, size: 1 } } : c;

/** The empty text where it would take too much to know. */
const worth = (tree, context) => {
  left = 5e5;
  try {
    return run(tree, start(context));
  } catch (error) {
    if (error !== TOO_MUCH) throw error;
    return "";
  }
};

/** The value of a tree: a boolean, number or text. */
export const evaluate = (tree, context) => plain(worth(tree, context));

/** Whether a condition is true. */
export const holds = (tree, context) => truth(worth(tree, context));

/** Adds what logic-more.js makes. */
export const register = (make) => {
  const tools = {
    Nodes, cell, chain, child, codes, flat, fromAnswer, moment, number, own, plain, rowOf, run, spend, text,
    tongue, truth, whole,
  };
  const made = make(tools);
  Object.assign(functions, made.functions);
  Object.assign(ofNodes, made.ofNodes);
  Object.assign(paths, made.paths);
  Object.assign(special, made.special);
};
