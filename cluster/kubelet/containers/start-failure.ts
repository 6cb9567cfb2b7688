/** A container could not be started: what its status says it waits for. The kubelet tries again later. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
  /** `ErrImagePull`, `ImagePullBackOff`, `CreateContainerConfigError`, `CrashLoopBackOff`, `RunContainerError`, … */
  readonly reason: string;
  constructor(reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
