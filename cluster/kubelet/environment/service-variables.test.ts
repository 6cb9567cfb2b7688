import { readFileSync } from 'node:fs';
import { type ServiceAddress, serviceVariables } from './service-variables.ts';

type Case = { id: string; in: ServiceAddress; out: { env: string[] } };
const cases = JSON.parse(readFileSync(new URL('service-variables.cases.json', import.meta.url), 'utf8')) as Case[];

test.each(cases.map((one) => [one.id, one] as const))('%s', (_, { in: service, out }) => {
  const lines = Object.entries(serviceVariables(service)).map(([name, value]) => `${name}=${value}`);
  expect(lines.sort()).toEqual(out.env ?? []);
});
