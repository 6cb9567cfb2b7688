import { readFileSync } from 'node:fs';
import { age } from './age.ts';
import { resolveIntOrPercent } from './int-or-percent.ts';
import { canonicalSelector, matchesSelector, parseSelector, selectorText } from './label-selector.ts';
import { type NameRule, nameErrors, portErrors } from './names.ts';
import { computeQosClass } from './qos-class.ts';
import { exactMilliValue, exactValue, parseQuantity, quantityOf, quantityText } from './quantity.ts';

interface Case {
  id: string;
  // biome-ignore lint/suspicious/noExplicitAny: a table's cases are JSON of many shapes
  in: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  out: any;
}
const cases = (name: string): [string, Case][] =>
  (JSON.parse(readFileSync(new URL(`./${name}.cases.json`, import.meta.url), 'utf8')) as Case[]).map((one) => [one.id, one]);
const attempt = <T>(compute: () => T): T | { error: string } => {
  try {
    return compute();
  } catch (error) {
    return { error: (error as Error).message };
  }
};

describe("values as Kubernetes' own code has them", () => {
  it.each(cases('quantity'))('%s', (_id, one) => {
    const { text, value, milli, format } = one.in;
    if (text === undefined) {
      const quantity = milli === undefined ? quantityOf(value, 'value', format) : quantityOf(milli, 'milli', format);
      expect({ canonical: quantityText(quantity) }).toEqual(one.out);
      return;
    }
    const seen = attempt(() => {
      const quantity = parseQuantity(text);
      const canonical = quantityText(quantity);
      return { canonical, format: quantity.format, milliValue: String(exactMilliValue(quantity)), value: String(exactValue(quantity)) };
    });
    expect(seen).toEqual(one.out);
  });
  it.each(cases('qos-class'))('%s', (_id, one) => expect(computeQosClass(one.in.resources)).toBe(one.out.qosClass));
  it.each(cases('age'))('%s', (_id, one) => expect(age(one.in.seconds * 1000)).toBe(one.out.text));
  it.each(cases('int-or-percent'))('%s', (_id, one) => {
    const seen = attempt(() => ({ value: resolveIntOrPercent(one.in.value, one.in.total, one.in.roundUp) }));
    expect(seen).toEqual(one.out);
  });
  it.each(cases('names'))('%s', (_id, one) => {
    const names: Record<string, NameRule> = {
      'RFC 1123 label': 'DNS label',
      'RFC 1123 subdomain': 'DNS subdomain',
      'RFC 1035 label': 'DNS-1035 label',
    };
    const rule = one.in.rule as string;
    const seen = rule === 'port number' ? portErrors(Number(one.in.value)) : nameErrors(names[rule] ?? (rule as NameRule), one.in.value);
    expect(seen).toEqual(one.out.errors ?? []);
  });
  it.each(cases('label-selector'))('%s', (_id, one) => {
    const { selector, labelSelector, labels } = one.in;
    const seen = attempt(() => {
      const canonical = selector === undefined ? selectorText(labelSelector) : canonicalSelector(selector);
      const test =
        selector === undefined ? (each: Record<string, string>) => matchesSelector(labelSelector, each) : parseSelector(selector);
      return { canonical, matches: (labels ?? []).map(test) };
    });
    expect(seen).toEqual(one.out);
  });
});
