import type { V1DownwardAPIVolumeFile, V1Volume, V1VolumeProjection } from '@kubernetes/client-node';
import type { Wire } from '../../api/object.ts';
import { canonicalQuantity } from '../quantity.ts';

type Volume = Wire<V1Volume>;

/** A volume with its defaults: mode 0644, and an emptyDir where no source is given (pkg/apis/core/v1/defaults.go). */
export function defaultVolume(volume: Volume): Volume {
  const { configMap, secret, downwardAPI, projected, emptyDir, hostPath } = volume;
  const defaultMode = 0o644;
  if (configMap) return { ...volume, configMap: { defaultMode, ...configMap } };
  if (secret) return { ...volume, secret: { defaultMode, ...secret } };
  if (downwardAPI)
    return {
      ...volume,
      downwardAPI: { defaultMode, ...downwardAPI, ...(downwardAPI.items && { items: downwardAPI.items.map(defaultItem) }) },
    };
  if (projected)
    return {
      ...volume,
      projected: { defaultMode, ...projected, ...(projected.sources && { sources: projected.sources.map(defaultSource) }) },
    };
  if (emptyDir?.sizeLimit !== undefined) return { ...volume, emptyDir: { ...emptyDir, sizeLimit: canonicalQuantity(emptyDir.sizeLimit) } };
  if (hostPath) return { ...volume, hostPath: { ...hostPath, type: hostPath.type ?? '' } };
  return Object.keys(volume).length === 1 ? { ...volume, emptyDir: {} } : volume;
}

const defaultItem = (item: Wire<V1DownwardAPIVolumeFile>): Wire<V1DownwardAPIVolumeFile> =>
  item.fieldRef ? { ...item, fieldRef: { apiVersion: 'v1', ...item.fieldRef } } : item;

function defaultSource(source: Wire<V1VolumeProjection>): Wire<V1VolumeProjection> {
  const { downwardAPI, serviceAccountToken } = source;
  if (downwardAPI?.items) return { ...source, downwardAPI: { ...downwardAPI, items: downwardAPI.items.map(defaultItem) } };
  return serviceAccountToken ? { ...source, serviceAccountToken: { expirationSeconds: 3600, ...serviceAccountToken } } : source;
}
