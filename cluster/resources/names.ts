import { at, type KubeObject } from '../api/object.ts';
import { invalidValue, required } from './causes.ts';
import type { Cause } from './resource.ts';

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const label1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const qualifiedPart = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const matches = (pattern: string, value: string): boolean => new RegExp(`^(${pattern})$`).test(value);
const used = (pattern: string): string => `regex used for validation is '${pattern}'`;
const atMost = (max: number, value: string): string[] => (value.length > max ? [`must be no more than ${max} characters`] : []);
const examples = (...names: string[]): string => names.map((name) => `'${name}'`).join(',  or ');

/** Kinds of name that Kubernetes knows (apimachinery pkg/util/validation). */
export type NameRule =
  | 'DNS label'
  | 'DNS subdomain'
  | 'DNS-1035 label'
  | 'qualified name'
  | 'label value'
  | 'ConfigMap key'
  | 'environment variable name'
  | 'port name';

const rules: Record<NameRule, (value: string) => string[]> = {
  'DNS label': (value) => [
    ...atMost(63, value),
    ...complain(
      label,
      value,
      `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. ${examples('my-name', '123-abc')}, ${used(label)})`,
    ),
  ],
  'DNS subdomain': (value) => [
    ...atMost(253, value),
    ...complain(
      subdomain,
      value,
      `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', ${used(subdomain)})`,
    ),
  ],
  'DNS-1035 label': (value) => [
    ...atMost(63, value),
    ...complain(
      label1035,
      value,
      `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. ${examples('my-name', 'abc-123')}, ${used(label1035)})`,
    ),
  ],
  'qualified name': qualifiedName,
  'label value': (value) => [
    ...atMost(63, value),
    ...complain(
      `(${qualifiedPart})?`,
      value,
      `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. ${examples('MyValue', 'my_value', '12345')}, ${used(`(${qualifiedPart})?`)})`,
    ),
  ],
  'ConfigMap key': (value) => [
    ...atMost(253, value),
    ...complain(
      '[-._a-zA-Z0-9]+',
      value,
      `a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. ${examples('key.name', 'KEY_NAME', 'key-name')}, ${used('[-._a-zA-Z0-9]+')})`,
    ),
    ...(value === '.' || value === '..' ? [`must not be '${value}'`] : []),
  ],
  'environment variable name': (value) => [
    ...(value.length === 0 ? ['environment variable name must not be empty'] : []),
    ...(/^[ -<>-~]*$/.test(value)
      ? []
      : ["a valid environment variable name must consist only of printable ASCII characters other than '='"]),
  ],
  'port name': (value) => [
    ...atMost(15, value),
    ...(/^[-a-z0-9]+$/.test(value) ? [] : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
    ...(/[a-z]/.test(value) ? [] : ['must contain at least one letter (a-z)']),
    ...(value.includes('--') ? ['must not contain consecutive hyphens'] : []),
    ...(/^-|-$/.test(value) ? ['must not begin or end with a hyphen'] : []),
  ],
};

function complain(pattern: string, value: string, sentence: string): string[] {
  return matches(pattern, value) ? [] : [sentence];
}

function qualifiedName(value: string): string[] {
  const sentence = `must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. ${examples('MyName', 'my.name', '123-abc')}, ${used(qualifiedPart)})`;
  const parts = value.split('/');
  if (parts.length > 2) {
    return [`a qualified name ${sentence} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const [prefix, name] = parts.length === 2 ? parts : [undefined, value];
  const ofPrefix =
    prefix === undefined
      ? []
      : prefix === ''
        ? ['prefix part must be non-empty']
        : nameErrors('DNS subdomain', prefix).map((error) => `prefix part ${error}`);
  const part = name ?? '';
  if (part === '') return [...ofPrefix, 'name part must be non-empty', `name part ${sentence}`];
  const tooLong = atMost(63, part).map((error) => `name part ${error}`);
  return [...ofPrefix, ...tooLong, ...(matches(qualifiedPart, part) ? [] : [`name part ${sentence}`])];
}

/** All that is wrong with a name, in Kubernetes' words; [] for nothing. */
export const nameErrors = (rule: NameRule, value: string): string[] => rules[rule](value);

/** What is wrong with a port number. */
export const portErrors = (port: number): string[] => (port >= 1 && port <= 65_535 ? [] : ['must be between 1 and 65535, inclusive']);

/** What is wrong with an object's metadata: name, labels, annotations' keys. */
export function nameCauses(object: KubeObject, rule: NameRule): Cause[] {
  const { name, labels = {} } = object.metadata;
  return [
    ...(name === '' || name === undefined ? [required('metadata.name', 'name or generateName is required')] : []),
    ...(name ? nameErrors(rule, name).map((why) => invalidValue('metadata.name', name, why)) : []),
    ...labelCauses('metadata.labels', labels),
    ...Object.keys((at(object, 'metadata', 'annotations') as object) ?? {}).flatMap((key) =>
      nameErrors('qualified name', key.toLowerCase()).map((why) => invalidValue('metadata.annotations', key, why)),
    ),
  ];
}

/** What is wrong with a map of labels. */
export const labelCauses = (field: string, labels: Record<string, string>): Cause[] =>
  Object.entries(labels).flatMap(([key, value]) => [
    ...nameErrors('qualified name', key).map((why) => invalidValue(field, key, why)),
    ...nameErrors('label value', value).map((why) => invalidValue(field, value, why)),
  ]);
