import type { Kinds } from '../../api/registry.ts';
import { parseSelector } from '../../resources/label-selector.ts';
import type { AutoscalerState } from './sync-autoscaler.ts';

/** Another autoscaler, as `namespace/name`, with the selector of its target. */
export interface Rival {
  key: string;
  selector: string;
}

/**
 * Pods that the target's selector matches, of those in its namespace; or why they cannot be gone by: no selector, one that cannot be read, or Pods
 * that another autoscaler scales as well (horizontal.go validateAndParseSelector).
 */
export function podsOfSelector(
  selector: string,
  pods: readonly Kinds['Pod'][],
  rivals: readonly Rival[],
  key: string,
): AutoscalerState['pods'] {
  if (selector === '') return { reason: 'SelectorRequired', message: 'selector is required' };
  let matches: ReturnType<typeof parseSelector>;
  try {
    matches = parseSelector(selector);
  } catch (error) {
    const message = `couldn't convert selector into a corresponding internal selector object: ${(error as Error).message}`;
    return { reason: 'InvalidSelector', message };
  }
  const found = pods.filter(({ metadata }) => matches(metadata.labels));
  const sharing = rivals.filter((rival) => {
    const theirs = parseSelector(rival.selector);
    return found.some(({ metadata }) => theirs(metadata.labels));
  });
  if (sharing.length === 0) return { found };
  const all = [key, ...sharing.map((rival) => rival.key)].sort().join(' ');
  return { reason: 'AmbiguousSelector', message: `pods by selector ${selector} are controlled by multiple HPAs: [${all}]` };
}
