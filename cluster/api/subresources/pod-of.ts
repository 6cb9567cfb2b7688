import type { NodeApi } from '../../kubelet/node-api.ts';
import { badRequest, serviceUnavailable } from '../errors.ts';
import type { Kinds } from '../registry.ts';
import type { Backend } from '../requests/request.ts';

/** The node, where the kubelet is up. Throws 503. */
export function nodeOf({ node }: Backend): NodeApi {
  const found = node();
  if (!found) throw serviceUnavailable('the node is not up yet');
  return found;
}

/** The container that is asked for, or the only one. Throws 400. pkg/registry/core/pod/strategy.go LogLocation, streamLocation. */
export function containerOf({ metadata: { name }, spec }: Kinds['Pod'], asked: string | null): string {
  const names = (spec?.containers ?? []).map((container) => container.name);
  const init = (spec?.initContainers ?? []).map((container) => container.name);
  if (asked) {
    if (![...names, ...init].includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${name}`);
    return asked;
  }
  const [first] = names;
  if (first !== undefined && names.length === 1) return first;
  const choices = `choose one of: [${names.join(' ')}]${init.length > 0 ? ` or one of the init containers: [${init.join(' ')}]` : ''}`;
  throw badRequest(`a container name must be specified for pod ${name}, ${choices}`);
}
