/** What every object has. */
export interface KubeObject {
  kind?: string;
  metadata: {
    name: string;
    uid: string;
    namespace?: string;
    annotations?: Record<string, string>;
    ownerReferences?: { kind: string; name: string; uid: string }[];
  };
}
