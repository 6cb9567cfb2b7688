import type { KubeClients } from '../experiment.ts';
import type { KubeObject } from './kube-object.ts';

/** A copy of some objects that a watch keeps up to date. */
export class Mirror<T extends KubeObject> {
  private readonly objects = new Map<string, T>();
  private readonly kube: KubeClients;
  private readonly path: string;
  private readonly onChange: (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: T) => void;

  constructor(kube: KubeClients, path: string, onChange: (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: T) => void) {
    this.kube = kube;
    this.path = path;
    this.onChange = onChange;
  }

  /** Follows until the signal aborts. Rejects where the API refuses. */
  follow(signal: AbortSignal): Promise<void> {
    return this.kube.watch<T>(this.path, signal, (type, object) => {
      if (type === 'DELETED') this.objects.delete(object.metadata.uid);
      else this.objects.set(object.metadata.uid, object);
      this.onChange(type, object);
    });
  }

  items(): T[] {
    return [...this.objects.values()];
  }
}
