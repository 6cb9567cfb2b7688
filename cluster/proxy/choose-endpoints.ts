/** What the choice needs of an endpoint of an EndpointSlice. */
export interface EndpointLike {
  conditions?: { ready?: boolean; serving?: boolean; terminating?: boolean };
}

/**
 * The endpoints that new connections may go to: the ready ones; only where there is none, those that are serving while they terminate. Where the
 * answer is empty, connections are refused at once. An absent condition counts as ready and serving, not terminating (pkg/proxy/topology.go).
 */
export const categorizeEndpoints = <E extends EndpointLike>(endpoints: readonly E[]): E[] => {
  const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false);
  if (ready.length > 0) return ready;
  return endpoints.filter(({ conditions }) => conditions?.serving !== false && conditions?.terminating === true);
};
