/** What the service variables are made of. */
export interface ServiceAddress {
  name: string;
  clusterIP: string;
  ports: { name?: string; port: number; protocol?: string }[];
}

const variable = (text: string): string => text.toUpperCase().replaceAll('-', '_');

/** The Docker-style variables of one Service, none for a headless one (pkg/kubelet/envvars/envvars.go, FromServices). */
export function serviceVariables({ name, clusterIP, ports }: ServiceAddress): Record<string, string> {
  if (clusterIP === '' || clusterIP === 'None') return {};
  const prefix = variable(name);
  const env: Record<string, string> = { [`${prefix}_SERVICE_HOST`]: clusterIP };
  const host = clusterIP.includes(':') ? `[${clusterIP}]` : clusterIP;
  ports.forEach((port, index) => {
    const protocol = (port.protocol ?? 'TCP').toLowerCase();
    const url = `${protocol}://${host}:${port.port}`;
    const link = `${prefix}_PORT_${port.port}_${protocol.toUpperCase()}`;
    if (index === 0) Object.assign(env, { [`${prefix}_SERVICE_PORT`]: String(port.port), [`${prefix}_PORT`]: url });
    if (port.name) env[`${prefix}_SERVICE_PORT_${variable(port.name)}`] = String(port.port);
    Object.assign(env, { [link]: url, [`${link}_PROTO`]: protocol, [`${link}_PORT`]: String(port.port), [`${link}_ADDR`]: clusterIP });
  });
  return env;
}
