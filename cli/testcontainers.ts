/** `shoplab/testcontainers`: the shop, or manifests of your own, in containers for your own tests, with the faults of the experiments. */
export { containerKill } from '../experiments/faults/container-kill.ts';
export { eventLoopHang } from '../experiments/faults/event-loop-hang.ts';
export { healthFailure } from '../experiments/faults/health-failure.ts';
export { networkToxic } from '../experiments/faults/network-toxic.ts';
export { podDelete } from '../experiments/faults/pod-delete.ts';
export { processKill } from '../experiments/faults/process-kill.ts';
export { rollout } from '../experiments/faults/rollout.ts';
export { scaleOut } from '../experiments/faults/scale-out.ts';
export { scaleToZero } from '../experiments/faults/scale-to-zero.ts';
export { type InjectedFault, type ShopOptions, type StartedShop, startShop } from './start-shop.ts';
