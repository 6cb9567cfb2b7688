import { parseImageName } from '../../images/image-name.ts';
import type { ContainerRecord } from './container-record.ts';
import type { PodContext } from './pod-context.ts';
import { computeBackOff, decideBackOff } from './restart-back-off.ts';
import { StartFailure } from './start-failure.ts';

/** Makes sure that the container's image is there, by its pull policy. Throws StartFailure (pkg/kubelet/images/image_manager.go, EnsureImageExists). */
export async function ensureImage(record: ContainerRecord, context: PodContext): Promise<void> {
  const { image = '', imagePullPolicy = 'IfNotPresent' } = record.spec;
  const { runtime, pullBackOffs } = context;
  const event = (type: 'Normal' | 'Warning', reason: string, message: string) => context.event(type, reason, message, record);
  const fail = (reason: string, message: string): StartFailure => {
    event('Warning', 'Failed', `Error: ${reason}`);
    return new StartFailure(reason, message);
  };
  if (!parseImageName(image)) {
    const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`;
    event('Warning', 'InspectFailed', message);
    throw fail('InvalidImageName', message);
  }
  if (imagePullPolicy !== 'Always' && (await runtime.hasImage(image))) {
    event('Normal', 'Pulled', `Container image "${image}" already present on machine`);
    return;
  }
  if (imagePullPolicy === 'Never') {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    event('Warning', 'ErrImageNeverPull', message);
    throw fail('ErrImageNeverPull', message);
  }
  const backOff = pullBackOffs.get(image);
  // Pulls count from the last try, restarts from the end of the container.
  if (backOff && computeBackOff(backOff, backOff.decidedAtMs, context.now()) > 0) {
    event('Normal', 'BackOff', `Back-off pulling image "${image}"`);
    throw fail(
      'ImagePullBackOff',
      `Back-off pulling image "${image}": ErrImagePull: ${record.waiting?.message.replace(/^Back-off pulling image .*?: ErrImagePull: /, '') ?? ''}`,
    );
  }
  event('Normal', 'Pulling', `Pulling image "${image}"`);
  const begun = context.now();
  try {
    const { sizeBytes } = await runtime.pullImage(image);
    const took = goDuration(context.now() - begun);
    event(
      'Normal',
      'Pulled',
      `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${sizeBytes} bytes.`,
    );
    pullBackOffs.delete(image);
  } catch (error) {
    const { message } = error as Error;
    event('Warning', 'Failed', `Failed to pull image "${image}": ${message}`);
    pullBackOffs.set(image, decideBackOff(backOff, context.now(), context.now()));
    throw fail('ErrImagePull', message);
  }
}

const goDuration = (milliseconds: number): string => (milliseconds < 1000 ? `${Math.round(milliseconds)}ms` : `${milliseconds / 1000}s`);
