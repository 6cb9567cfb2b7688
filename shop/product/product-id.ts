import type { CommonSettings } from '../common/settings.ts';

/** The id in a path of /products; undefined where a text can be none. */
export function readProductId(text: string, defect: CommonSettings['DEFECT'] = 'none'): number | undefined {
  if (!/^\d{1,9}$/.test(text)) return undefined;
  return defect === 'unit-test' ? Number(text) + 1 : Number(text);
}
