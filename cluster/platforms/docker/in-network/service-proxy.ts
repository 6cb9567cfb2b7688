import { dialDirectly } from '../../../dial.ts';
import { Listener } from '../../../proxy/listener.ts';
import type { Route } from '../../../proxy/service-routes.ts';
import { onInputLine } from './input-lines.ts';

/**
 * Runs in a container that has a Service's clusterIP, by the text of its bundle: a listener for each port of the Service, over the endpoints that
 * come as lines of JSON on stdin. Without endpoints nobody listens, so that the kernel refuses. Ends with stdin.
 */
const complain = (error: Error): void => void process.stdout.write(`error ${error.message}\n`);
const listeners = new Map<number, Listener>();
process.stdout.write('ready\n');
onInputLine((line) => {
  const routes = JSON.parse(line) as Route[];
  const wanted = new Set(routes.map(({ port }) => port));
  for (const [port, listener] of listeners) {
    if (wanted.has(port)) continue;
    listeners.delete(port);
    void listener.stop();
  }
  for (const route of routes) {
    const here = { ...route, address: '0.0.0.0' };
    const listener = listeners.get(route.port) ?? new Listener(here, complain, dialDirectly);
    listeners.set(route.port, listener);
    listener.update(here);
  }
});
