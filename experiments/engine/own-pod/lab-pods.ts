import { PodAsker } from '../asking/pod-asker.ts';
import { createSwitch, type DeadMansSwitch } from '../dead-mans-switch/dead-mans-switch.ts';
import type { LabError } from '../lab-error.ts';
import { rejectsOnAbort } from '../rejects-on-abort.ts';
import type { RunContext } from '../run.ts';
import type { VariantLab } from '../variant-lab.ts';
import { ownImage } from './own-pod.ts';

interface LabPodsOptions extends Pick<RunContext, 'watchesOverRuns' | 'asksFromPod'> {
  lab: VariantLab;
  /** Of the lab's Namespace. */
  uid: string;
  /** One of them was there and is no more, so whatever is seen or done from now on is of no use. */
  onGone(error: LabError): void;
}

/** What a lab puts into a variant's namespace for itself, where the platform does not do as much: a dead man's switch, and a Pod to ask from. */
export class LabPods {
  private readonly deadMansSwitch: DeadMansSwitch | undefined;
  private readonly asker: Promise<PodAsker> | undefined;

  private constructor(deadMansSwitch: DeadMansSwitch | undefined, asker: Promise<PodAsker> | undefined) {
    this.deadMansSwitch = deadMansSwitch;
    this.asker = asker;
  }

  /** Begins with them. Nothing may be broken before they are `ready`. */
  static async create({ lab, uid, watchesOverRuns, asksFromPod, onGone }: LabPodsOptions): Promise<LabPods> {
    const { kube, namespace } = lab;
    const deadMansSwitch = watchesOverRuns
      ? undefined
      : await createSwitch(kube, { namespace, uid, image: lab.imageOf(ownImage) }, { onGone });
    const asker = asksFromPod ? PodAsker.open(lab, onGone) : undefined;
    // Whoever does not come to wait for it has ended for another reason.
    asker?.catch(() => undefined);
    return new LabPods(deadMansSwitch, asker);
  }

  /** Waits for all of them; from then on Services are asked from inside. Rejects where one does not come to be, or the lab ends before. */
  async ready(lab: VariantLab): Promise<void> {
    const [asker] = await Promise.race([Promise.all([this.asker, this.deadMansSwitch?.armed]), rejectsOnAbort(lab.signal)]);
    if (asker) lab.askFromInside(asker.ask);
  }

  /** Nobody renews or asks any more; the Pods go with their namespace. */
  end(): void {
    this.asker?.then((asker) => asker.close()).catch(() => undefined); // it never was
    this.deadMansSwitch?.disarm();
  }
}
