import { LabNetwork } from '../../network.ts';
import { PodAddresses } from './pod-addresses.ts';

test('each Pod has its own address, and a released one is not given out soon', () => {
  const addresses = new PodAddresses(new LabNetwork('127.37'));
  expect(addresses.take()).toBe('127.37.1.0');
  expect(addresses.take()).toBe('127.37.1.1');
  addresses.release('127.37.1.0');
  expect(addresses.take()).toBe('127.37.1.2');
});

test('after all were used it begins again with the free ones, and says when there are none', () => {
  const addresses = new PodAddresses(new LabNetwork('127.37'));
  for (let count = 0; count < 199 * 256; count += 1) addresses.take();
  expect(() => addresses.take()).toThrow('all 50944 Pod addresses of 127.37.0.0/16 are in use');
  addresses.release('127.37.3.9');
  expect(addresses.take()).toBe('127.37.3.9');
});
