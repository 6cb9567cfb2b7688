/** What the load generator is called in its namespace: Pod, container and ConfigMap. */
export const loaderName = 'shoplab-loader';

/** Who it is, for whoever creates it. */
export const sendsLoad = { name: loaderName, purpose: 'sends the load' };
