/** File URL of the preload for Node programs, compiled, also where this file runs from the sources (tests). */
export function preloadUrl(from = import.meta.url): string {
  const url = new URL('preload.js', from);
  if (from.endsWith('.ts'))
    url.pathname = url.pathname.replace('/cluster/kubelet/runtimes/process/', '/dist/cluster/kubelet/runtimes/process/');
  return url.href;
}
