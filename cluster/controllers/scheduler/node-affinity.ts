import type { Kinds } from '../../api/registry.ts';

type Node = Kinds['Node'];
type Spec = NonNullable<Kinds['Pod']['spec']>;
interface Expression {
  key: string;
  operator: string;
  values?: string[];
}

function holds({ key, operator, values = [] }: Expression, labels: Record<string, string>): boolean {
  const value = labels[key];
  if (operator === 'In') return value !== undefined && values.includes(value);
  if (operator === 'NotIn') return value === undefined || !values.includes(value);
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  const [has, limit] = [Number.parseInt(value ?? '', 10), Number.parseInt(values[0] ?? '', 10)];
  return operator === 'Gt' ? has > limit : operator === 'Lt' && has < limit;
}

/** Whether the node has the labels that nodeSelector and the required node affinity ask for (component-helpers nodeaffinity). */
export function matchesNode(spec: Spec | undefined, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  if (!Object.entries(spec?.nodeSelector ?? {}).every(([key, value]) => labels[key] === value)) return false;
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (!required) return true;
  return required.nodeSelectorTerms.some(({ matchExpressions = [], matchFields = [] }) => {
    // A term that asks for nothing matches no node.
    if (matchExpressions.length + matchFields.length === 0) return false;
    const fields = { 'metadata.name': node.metadata.name };
    return matchExpressions.every((one) => holds(one, labels)) && matchFields.every((one) => holds(one, fields));
  });
}
