import type Dockerode from 'dockerode';

/** Whether the engine has the image. Rejects where it does not answer. */
export async function hasImage(docker: Dockerode, image: string): Promise<boolean> {
  try {
    await docker.getImage(tagged(image)).inspect();
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Has the engine fetch the image. `onProgress`: megabytes of those that are known of so far. Rejects with what the engine says. */
export async function pullImage(docker: Dockerode, image: string, onProgress?: (done: number, of: number) => void): Promise<void> {
  const layers = new Map<string, { current: number; total: number }>();
  const sum = (key: 'current' | 'total') => [...layers.values()].reduce((total, layer) => total + layer[key], 0) / 1e6;
  const stream = await docker.pull(tagged(image));
  await new Promise<void>((resolve, reject) =>
    docker.modem.followProgress(
      stream,
      (error) => (error ? reject(error) : resolve()),
      ({ id, progressDetail }: { id?: string; progressDetail?: { current?: number; total?: number } }) => {
        if (id === undefined || !progressDetail?.total) return;
        layers.set(id, { current: progressDetail.current ?? 0, total: progressDetail.total });
        onProgress?.(sum('current'), sum('total'));
      },
    ),
  );
}

/** Whether the engine says that there is none. */
export const isMissing = (error: unknown): boolean => (error as { statusCode?: number }).statusCode === 404;

/** As the engine lists it: without a tag it is `latest`, and Docker Hub goes without saying. */
export function tagged(image: string): string {
  const name = image.replace(/^(docker\.io\/library\/|docker\.io\/)/, '');
  return /@|:[^/]*$/.test(name) ? name : `${name}:latest`;
}
