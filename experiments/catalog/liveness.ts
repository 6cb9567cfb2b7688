import type { Experiment } from '../engine/experiment.ts';
import { eventLoopHang } from '../faults/event-loop-hang.ts';
import { lostShare } from '../probes/self-healing/lost-share.ts';
import { pods, port, selfHealing, service } from './shared/self-healing.ts';

const hang = 'hung';

export const experiment: Experiment = selfHealing({
  name: 'liveness',
  title: 'A Pod whose event loop hangs',
  description:
    'One Pod of two stops answering: its connections stay open, and nothing comes back. Without a liveness probe it hangs to the end; with one its kubelet kills it, within the time that period, threshold, timeout and grace imply. Meanwhile as many requests are lost as connections lead to it.',
  tags: ['course', 'probes', 'self-healing'],
  hypothesis: 'A Pod that hangs is restarted within the window that its liveness probe implies, and serves again',
  fault: eventLoopHang({ id: hang, service, port }),
  symptom: 'hang',
  criteria: [lostShare({ fault: hang, pods })],
});
