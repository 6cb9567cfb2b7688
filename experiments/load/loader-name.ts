/** What the load generator is called in its namespace: Pod, container and ConfigMap. */
export const loaderName = 'shoplab-loader';

/**
 * Who it is, for whoever creates it. It requests so little that it leaves the room of the system under test nearly as it was, and as much as sends in
 * time on a busy node; where CPU is short it sends late, and says so.
 */
export const sendsLoad = { name: loaderName, purpose: 'sends the load', cpu: '60m' };
