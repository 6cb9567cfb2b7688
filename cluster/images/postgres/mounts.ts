/** Host path of a path in the container: SHOPLAB_MOUNTS names the folder of each volume. Undefined where no volume holds it. */
export function hostPath(path: string, mounts: string | undefined): string | undefined {
  const table = JSON.parse(mounts || '{}') as Record<string, string>;
  const longestFirst = Object.entries(table).sort(([a], [b]) => b.length - a.length);
  for (const [mount, folder] of longestFirst) {
    const inside = mount.replace(/\/$/, '');
    if (path === inside || path.startsWith(`${inside}/`)) return folder + path.slice(inside.length);
  }
  return undefined;
}
