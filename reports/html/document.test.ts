import { createHash } from 'node:crypto';
import type { VariantRecord } from '../../experiments/engine/journal.ts';
import { journals } from '../fixtures/journals.ts';
import { renderHtml } from './document.ts';
import { escapeHtml, html, scriptJson } from './markup.ts';

const scriptsOf = (page: string): string[] => [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map((match) => match[1] ?? '');
const dataOf = (
  page: string,
): { endS: number; variants: { faults: unknown[]; panels: { unit: string; series: { title: string; look: string }[] }[] }[] } =>
  JSON.parse(/<script type="application\/json" id="chart-data">([\s\S]*?)<\/script>/.exec(page)?.[1] ?? 'null');

describe('the HTML report', () => {
  test('begins with the verdict and its numbers', () => {
    const page = renderHtml(journals.passed());
    expect(page.indexOf('Every order was accepted while delivery was down (1200 of 1200)')).toBeLessThan(page.indexOf('<h2>Checks'));
    expect(page).toContain('<title>✓ async-decoupling: passed</title>');
  });

  test('names nothing outside itself', () => {
    for (const make of Object.values(journals)) {
      const markup = renderHtml(make()).replace(/<script>[\s\S]*?<\/script>|<style>[\s\S]*?<\/style>/g, '');
      expect(markup).not.toMatch(/\s(src|href|action|srcset|data|poster)="(?!#|data:,|runs\/\d+\/)/);
      expect(renderHtml(make())).not.toMatch(/@import|url\(/);
    }
  });

  test('its policy allows its own scripts alone', () => {
    const page = renderHtml(journals.passed());
    const scripts = scriptsOf(page);
    expect(scripts).toHaveLength(2);
    for (const script of scripts)
      expect(page).toContain(`sha256-${createHash('sha256').update(script).digest('base64')}`.replaceAll("'", '&#39;'));
    expect(page).toContain('default-src &#39;none&#39;');
  });

  test('no text of the journal becomes markup or ends a script', () => {
    const page = renderHtml(journals.hostile());
    expect(scriptsOf(page)).toHaveLength(2);
    expect(page).not.toContain('<img');
    expect(page).not.toContain('alert(1)</script>');
    expect(page).not.toMatch(/[\u2028\u2029]/);
    expect(page.match(/<script/g)).toHaveLength(3);
    expect(dataOf(page).variants[0]?.panels[0]?.unit).toContain('</script><script>alert(1)</script>');
  });

  test('says every check, finding, event and number also in words', () => {
    const page = renderHtml(journals.failed());
    for (const words of [
      'order 404 was delivered 3 times',
      '95 % interval 59.16 % to 64.62 % (wilson)',
      'does not hold, as predicted',
      'Readiness probe failed',
      '452 orders',
      '440 status 503',
      'wait Ready',
    ])
      expect(page).toContain(words);
  });

  test('draws each variant on the same axis with the windows of its faults', () => {
    const { endS, variants } = dataOf(renderHtml(journals.passed()));
    expect(endS).toBe(47);
    expect(variants.map(({ faults }) => faults)).toEqual(
      Array(2).fill([{ mark: 'A', label: 'scale-to-zero, Deployment delivery', fromS: 15, bitS: 15.9, toS: 30 }]),
    );
    expect(variants[0]?.panels.map(({ unit }) => unit)).toEqual([
      'requests/s',
      'ms',
      'Pods',
      'state',
      'orders',
      'failed probes',
      'restarts',
    ]);
  });

  test('a tally that stayed at 0 is told, not drawn, and states have their names', () => {
    const page = renderHtml(journals.passed());
    expect(page).toContain('Nothing of this happened: order restarts.');
    expect(JSON.stringify(dataOf(page))).not.toContain('order restarts');
    expect(page).toContain('breaker of order from closed to open');
    expect(page).toContain('<td>half-open</td>');
  });

  test('one series looks the same in every variant, whatever the order in which it came', () => {
    const journal = journals.passed();
    const [control, treatment] = journal.variants as [VariantRecord, VariantRecord];
    const turned = { ...journal, variants: [control, { ...treatment, series: [...treatment.series].reverse() }] };
    const looks = dataOf(renderHtml(turned)).variants.map(({ panels }) =>
      panels.flatMap(({ series }) => series.map(({ title, look }) => `${title} ${look}`)),
    );
    expect(looks[1]).toEqual(looks[0]);
    expect(looks[0]?.slice(0, 5)).toEqual(['accepted 0', 'errors error', 'p50 0', 'p95 1', 'p99 2']);
  });

  test('shows observed beside implied as bars and in words, with the terms', () => {
    const page = renderHtml(journals.passed());
    expect(page).toContain('900 ms, within 0 ms to 1.25 s');
    expect(page).toContain('2.21 s, 710 ms later than 500 ms to 1.5 s (tolerance 250 ms)');
    expect(page).toContain('periodSeconds x failureThreshold: 0 ms to 1 s');
    expect(page.match(/<i class="seen"/g)).toHaveLength(2);
    expect(renderHtml({ ...journals.passed(), variants: [] })).not.toContain('Observed beside implied');
  });

  test('shows the last lines of the log of what did not start', () => {
    expect(renderHtml(journals.errored())).toContain('exit 1</pre>');
  });

  test('a run without series, events or checks is still a page', () => {
    const page = renderHtml({ ...journals.errored(), variants: [] });
    expect(page).toContain('The run ended before anything was checked');
    expect(page).not.toContain('id="over-time"');
  });
});

test('a template escapes what is put into it, also in attributes and lists', () => {
  expect(html`<a title="${'"><b>'}">${['<', html`<i>${'&'}</i>`, undefined, false]}</a>`.text).toBe(
    '<a title="&quot;&gt;&lt;b&gt;">&lt;<i>&amp;</i></a>',
  );
  expect(escapeHtml('\u202egnp.exe\u0000\ud800')).toBe('\uFFFDgnp.exe\uFFFD\uFFFD');
  expect(scriptJson({ a: '</script>\u2028' }).text).toBe('{"a":"\\u003c/script\\u003e\\u2028"}');
});
