import { existsSync } from 'node:fs';
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';

const answerWithinMs = 3000;

/** Whether the API server of a kubeconfig answers that it is ready. False also where the file is not there. */
export async function isAnswering(kubeconfig: string): Promise<boolean> {
  if (!existsSync(kubeconfig)) return false;
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const options = {};
  await config.applyToHTTPSOptions(options);
  const url = `${config.getCurrentCluster()?.server}/readyz`;
  return new Promise((resolve) => {
    const asked = (url.startsWith('http:') ? plain : secure)(url, { ...options, timeout: answerWithinMs }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', () => resolve(false));
    asked.end();
  });
}
