// What ODK Web Forms (@getodk/xpath) and Enketo (openrosa-xpath-evaluator) answer to our vectors.
// Reads cases.json beside it and writes their answers, in the same order, to answers.json.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { JSDOM } from 'jsdom';

const require = createRequire(import.meta.url);
const { window } = new JSDOM('<!doctype html>');
for (const name of ['DOMParser', 'Node', 'XPathEvaluator', 'XPathResult', 'document'])
  globalThis[name] = window[name];
// Both evaluators look for a browser; the grammar of the first believes that it is CommonJS.
Object.assign(globalThis, { window, require, __dirname: '/' });
// Browsers let the type of a result be left out, as Enketo does; jsdom does not.
const { createExpression } = XPathEvaluator.prototype;
XPathEvaluator.prototype.createExpression = function (...given) {
  const made = createExpression.apply(this, given);
  return { evaluate: (node, type = XPathResult.ANY_TYPE) => made.evaluate(node, type, null) };
};
const RealDate = Date;
const { XFormsXPathEvaluator, DEFAULT_DOM_ADAPTER } = await import('@getodk/xpath');
const enketo = require('openrosa-xpath-evaluator')();

const { version: webForms } = require('./node_modules/@getodk/xpath/package.json');
const { version: openrosa } = require('./node_modules/openrosa-xpath-evaluator/package.json');

/** The machine's clock and zone become those of the case. */
function setClock({ now, zone }) {
  if (process.env.TZ !== zone) process.env.TZ = zone;
  const moment = new RealDate(now).getTime();
  globalThis.Date = class extends RealDate {
    constructor(...given) {
      super(...(given.length ? given : [moment]));
    }
    static now() {
      return moment;
    }
  };
}

function plain(value) {
  return typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value;
}

const TYPES = { number: 1, string: 2, boolean: 3 }; // the constants of XPathResult

function read(result, type) {
  return plain(result[`${type}Value`]);
}

/** Forms ask for the type they need, so what is compared is a value of that type. */
function attempt(type, evaluate) {
  try {
    return read(evaluate(TYPES[type]), type);
  } catch (error) {
    return { error: (String(error).split('\n')[0] || 'error').slice(0, 60) };
  }
}

/** Choice labels are asked of the node that a question is, as ODK Web Forms does. */
function nameChoices(document, choices) {
  for (const [path, labels] of Object.entries(choices)) {
    const found = document.evaluate(path, document, null, XPathResult.FIRST_ORDERED_NODE_TYPE);
    const node = found.singleNodeValue;
    if (node) node.getChoiceName = (value) => new Map(labels).get(value) ?? null;
  }
}

const forms = new Map();

/** The document of a case, its question and an evaluator; many cases share them. */
function formOf({ xml, node, lists, choices, offset }) {
  const key = JSON.stringify([xml, node, lists, choices, offset]);
  if (!forms.has(key)) {
    const parse = (text) => new window.DOMParser().parseFromString(text, 'text/xml');
    const document = parse(xml);
    nameChoices(document, choices);
    const instances = Object.entries(lists).map(([name, text]) => [name, parse(text).documentElement]);
    const odk = new XFormsXPathEvaluator({
      rootNode: document,
      domAdapter: DEFAULT_DOM_ADAPTER,
      itextTranslationsByLanguage: new Map(),
      secondaryInstancesById: new Map(instances),
      timeZoneId: offset,
    });
    const found = document.evaluate(node, document, null, XPathResult.FIRST_ORDERED_NODE_TYPE);
    forms.set(key, { odk, node: found.singleNodeValue });
  }
  return forms.get(key);
}

function answers(item) {
  setClock(item);
  const { odk, node } = formOf(item);
  const { expression, type } = item;
  return {
    'web-forms': attempt(type, (asked) => odk.evaluate(expression, node, null, asked)),
    enketo: attempt(type, (asked) => enketo.evaluate(expression, node, null, asked)),
  };
}

const cases = JSON.parse(readFileSync('cases.json', 'utf8'));
const versions = { 'web-forms': `@getodk/xpath ${webForms}`, enketo: `openrosa-xpath-evaluator ${openrosa}` };
writeFileSync('answers.json', JSON.stringify({ versions, answers: cases.map(answers) }));
