import type { Container } from '../pods/pod.ts';

/** The number of a probe's or hook's port: a name is looked up in that container's ports. Throws where there is none. */
export function portNumber(port: number | string, container: Container): number {
  const named = container.ports?.find(({ name }) => name === port)?.containerPort;
  const number = named ?? Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    throw new Error(`couldn't find port: "${port}" in container ${container.name}`);
  return number;
}
