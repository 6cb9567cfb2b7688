import { at, type KubeObject, list } from '../api/object.ts';
import { ageColumn, nameColumn } from './columns.ts';
import { defineResource } from './define.ts';

/** The first few of a list, then how many more there are. */
function few(all: string[], max = 3): string {
  if (all.length === 0) return '<none>';
  return all.length > max ? `${all.slice(0, max).join(',')} + ${all.length - max} more...` : all.join(',');
}

const portsOf = (holder: unknown): string[] => list(at(holder, 'ports')).map((port) => String(at(port, 'port')));

const addresses = (object: KubeObject): string[] =>
  list(object.subsets).flatMap((subset) => {
    const ips = list(at(subset, 'addresses')).map((address) => String(at(address, 'ip')));
    const ports = portsOf(subset);
    return ports.length === 0 ? ips : ports.flatMap((port) => ips.map((ip) => `${ip}:${port}`));
  });

export const endpoints = defineResource('v1', 'Endpoints', {
  plural: 'endpoints',
  shortNames: ['ep'],
  warnings: () => ['v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'],
  columns: [nameColumn, { name: 'Endpoints', cell: (object) => few(addresses(object)) }, ageColumn],
});

export const endpointSlice = defineResource('discovery.k8s.io/v1', 'EndpointSlice', {
  columns: [
    nameColumn,
    { name: 'AddressType', cell: (object) => String(object.addressType) },
    { name: 'Ports', cell: (object) => (portsOf(object).length === 0 ? '<unset>' : few(portsOf(object))) },
    { name: 'Endpoints', cell: (object) => few(list(object.endpoints).flatMap((one) => list(at(one, 'addresses')).map(String))) },
    ageColumn,
  ],
});
