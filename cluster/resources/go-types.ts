import { type FieldModel, modelNameIn } from './field-models.ts';

/** Types of the API's Go code that are a string by another name. */
const namedStrings: Record<string, string> = {
  'Container.imagePullPolicy': 'v1.PullPolicy',
  'Container.terminationMessagePolicy': 'v1.TerminationMessagePolicy',
  'ContainerPort.protocol': 'v1.Protocol',
  'DeploymentStrategy.type': 'v1.DeploymentStrategyType',
  'HTTPGetAction.scheme': 'v1.URIScheme',
  'PodSpec.dnsPolicy': 'v1.DNSPolicy',
  'PodSpec.restartPolicy': 'v1.RestartPolicy',
  'Secret.type': 'v1.SecretType',
  'ServicePort.protocol': 'v1.Protocol',
  'ServiceSpec.sessionAffinity': 'v1.ServiceAffinity',
  'ServiceSpec.type': 'v1.ServiceType',
};
/** Fields that hold quantities: client-node calls them strings, but numbers are welcome and other text is not. */
const quantities = new Set([
  ...['ResourceRequirements.limits', 'ResourceRequirements.requests', 'VolumeResourceRequirements.limits', 'PodSpec.overhead'],
  ...['VolumeResourceRequirements.requests', 'NodeStatus.capacity', 'NodeStatus.allocatable', 'ContainerStatus.allocatedResources'],
  ...['ResourceFieldSelector.divisor', 'EmptyDirVolumeSource.sizeLimit', 'MetricTarget.averageValue', 'MetricTarget.value'],
  ...['MetricValueStatus.averageValue', 'MetricValueStatus.value'],
]);

/** What an array's items are; undefined for other types. */
export const itemOf = (type: string): string | undefined => /^Array<(.+)>$/.exec(type)?.[1];
/** What a map's values are; undefined for other types. */
export const entryOf = (type: string): string | undefined => /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];

/** Whether a field, as `Struct.field`, holds a quantity or a map of them. */
export const isQuantity = (name: string): boolean => quantities.has(name);

/** The Go struct behind a model: `V1PodSpec` is PodSpec, `CoreV1Event` Event. */
export const goName = (model: string): string => model.replace(/^.*?V\d+((alpha|beta)\d+)?/, '');
const goPackage = (model: string): string => /V\d+((alpha|beta)\d+)?/.exec(model)?.[0].toLowerCase() ?? '';

/** A field's type as Go prints it: `int32`, `[]v1.Container`, `map[string]string`, `v1.Probe`. `name` is `Struct.field`. */
export function goType({ type, format, baseName }: FieldModel, name = ''): string {
  const item = itemOf(type);
  if (item) return `[]${goType({ baseName, type: item, format })}`;
  const entry = entryOf(type);
  if (entry) return isQuantity(name) ? 'v1.ResourceList' : `map[string]${goType({ baseName, type: entry, format })}`;
  const model = modelNameIn(type);
  if (model) return `${goPackage(model)}.${goName(model)}`;
  if (type === 'number') return format === 'double' ? 'float64' : format || 'int64';
  if (type === 'boolean') return 'bool';
  if (type === 'IntOrString') return 'int32';
  return format === 'byte' ? '[]uint8' : (namedStrings[name] ?? 'string');
}
