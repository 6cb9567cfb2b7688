/** Items under their topic, in the order in which topics first appear: answers of the protocol are nested so. (Map.groupBy needs Node 21.) */
export function byTopic<T extends { topic: string }>(items: readonly T[]): [topic: string, items: T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(item.topic);
    if (group) group.push(item);
    else groups.set(item.topic, [item]);
  }
  return [...groups];
}
