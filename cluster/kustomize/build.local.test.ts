import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildKustomization } from './build.ts';
import { parseYaml } from './manifest-text.ts';

/** Folders to build: by title, files by path; `top` is built. */
const kustomizations: Record<string, Record<string, string | Buffer>> = {};

const workloads = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
# A comment alone is no object.
---
apiVersion: v1
kind: Service
metadata:
  name: web
  labels: { app: web }
spec:
  selector: { app: web }
  ports:
    - { name: http, port: 80, targetPort: http }
    - { name: admin, port: 81 }
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: { app: web, tier: front }
  annotations: { team: blue }
spec:
  replicas: 2
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      serviceAccountName: web
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 1
              podAffinityTerm: { topologyKey: host, labelSelector: { matchLabels: { app: web } } }
      topologySpreadConstraints:
        - { maxSkew: 1, topologyKey: host, whenUnsatisfiable: ScheduleAnyway, labelSelector: { matchLabels: { app: web } } }
      initContainers:
        - name: migrate
          image: localhost:5000/shop/migrate:1.0
      containers:
        - name: app
          image: nginx:1.25
          args: [a, b]
          env:
            - { name: A, value: "1" }
            - { name: B, valueFrom: { configMapKeyRef: { name: settings, key: b } } }
            - { name: C, valueFrom: { secretKeyRef: { name: keys, key: c } } }
          envFrom:
            - configMapRef: { name: settings }
          ports:
            - { name: http, containerPort: 8080 }
          volumeMounts:
            - { name: config, mountPath: /etc/config }
        - name: side
          image: busybox@sha256:0000000000000000000000000000000000000000000000000000000000000000
      imagePullSecrets:
        - name: keys
      volumes:
        - name: config
          configMap: { name: settings, defaultMode: 0644 }
        - name: both
          projected:
            sources:
              - configMap: { name: settings }
              - secret: { name: keys }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec:
      containers:
        - { name: db, image: "postgres", envFrom: [{ secretRef: { name: keys } }] }
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce] }
---
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Service
    metadata: { name: db }
    spec: { clusterIP: None, selector: { app: db }, ports: [{ port: 5432 }] }
  - apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: { name: web }
    spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, maxReplicas: 3 }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { b: "yes", on: "off", number: "012" }
---
apiVersion: v1
kind: Secret
metadata: { name: keys }
stringData: { c: hidden }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: web }
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: clean }
spec:
  schedule: "* * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{ name: clean, image: "busybox:1", envFrom: [{ configMapRef: { name: settings } }] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: web }
subjects:
  - { kind: ServiceAccount, name: default, namespace: default }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web }
rules: []
`;
const base = { 'base/kustomization.yaml': 'resources: [workloads.yaml]\n', 'base/workloads.yaml': workloads };
const over = (text: string, more: Record<string, string | Buffer> = {}): Record<string, string | Buffer> => ({
  ...base,
  'top/kustomization.yaml': `resources: [../base]\n${text}`,
  ...more,
});

kustomizations['resources alone, in kubectl’s order'] = over('');
kustomizations['a namespace'] = over('namespace: other\n');
kustomizations['prefix and suffix, with references'] = over('namePrefix: dev-\nnameSuffix: -b\n');
kustomizations.labels = over('labels: [{pairs: {a: b, app: mine}}]\n');
kustomizations['labels in templates'] = over('labels: [{pairs: {a: b}, includeTemplates: true}]\n');
kustomizations['labels in selectors'] = over('labels: [{pairs: {a: b}, includeSelectors: true}]\n');
kustomizations['common labels and annotations'] = over('commonLabels: {a: b}\ncommonAnnotations: {c: d}\n');
kustomizations.images = over(`images:
  - { name: nginx, newTag: "1.27" }
  - { name: localhost:5000/shop/migrate, newName: shop/migrate }
  - { name: busybox, newName: docker.io/busybox, newTag: "1.36" }
  - { name: postgres, digest: "sha256:1111111111111111111111111111111111111111111111111111111111111111" }
`);
kustomizations.replicas = over('replicas: [{name: web, count: 5}, {name: db, count: 0}]\n');

kustomizations['a strategic merge patch by name'] = over(`patches:
  - patch: |
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: web
        labels: { tier: null, new: "1" }
      spec:
        replicas: 3
        template:
          spec:
            containers:
              - name: app
                args: [c]
                env:
                  - { name: A, value: "2" }
                  - { name: D, value: "4" }
                ports:
                  - { containerPort: 9090, name: more }
                  - { containerPort: 8080, hostPort: 80 }
                resources: { limits: { cpu: 100m } }
              - { name: side, $patch: delete }
              - { name: log, image: log }
            volumes:
              - name: config
                $patch: delete
              - name: tmp
                emptyDir: {}
`);
kustomizations['patches from files, of several documents'] = over('patches: [{path: more/patch.yaml}]\n', {
  'top/more/patch.yaml': `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { ports: [{ port: 80, targetPort: 8081 }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { b: "no", c: "3", on: null }
`,
});
kustomizations['strategic merge patches of a target'] = over(`patches:
  - target: { kind: Deployment|StatefulSet }
    patch: |
      kind: any
      metadata: { name: any, annotations: { patched: "yes" } }
      spec: { template: { spec: { terminationGracePeriodSeconds: 5 } } }
  - target: { labelSelector: "app=web,tier!=back", group: apps, version: v1 }
    patch: '{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {paused: true}}'
  - target: { annotationSelector: "team in (blue)" }
    patch: '{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {minReadySeconds: 1}}'
  - target: { name: we }
    patch: '{apiVersion: v1, kind: Service, metadata: {name: we}, spec: {type: NodePort}}'
`);
kustomizations['objects deleted by patches'] = over(`patches:
  - patch: '{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: web}, $patch: delete}'
  - target: { kind: CronJob }
    patch: '{apiVersion: batch/v1, kind: CronJob, metadata: {name: any}, $patch: delete}'
`);
kustomizations['parts deleted and replaced by patches'] = over(`patches:
  - patch: |
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: web }
      spec:
        template:
          spec:
            affinity: null
            topologySpreadConstraints: null
            containers:
              - name: app
                livenessProbe: { httpGet: { path: /, port: http } }
                env: [{ $patch: replace }, { name: Z, value: z }]
                envFrom: []
                volumeMounts: [{ mountPath: /etc/config, $patch: delete }]
            initContainers: [{ name: migrate, $patch: delete }]
`);
kustomizations['JSON 6902 patches'] = over(
  `patches:
  - target: { kind: Deployment, name: web }
    patch: |
      - { op: replace, path: /spec/replicas, value: 4 }
      - { op: add, path: /spec/template/spec/containers/0/env/-, value: { name: E, value: "5" } }
      - { op: remove, path: /metadata/labels/tier }
      - { op: add, path: /metadata/annotations/a~1b, value: c }
      - { op: test, path: /spec/template/spec/containers/0/name, value: app }
      - { op: move, from: /metadata/annotations/team, path: /metadata/annotations/crew }
      - { op: copy, from: /spec/replicas, path: /spec/minReadySeconds }
  - target: { kind: Service, name: .*b }
    path: service.json
`,
  { 'top/service.json': '[{"op": "replace", "path": "/spec/ports/0/port", "value": 8000}]' },
);

kustomizations['generated ConfigMaps and Secrets'] = over(
  `configMapGenerator:
  - name: made
    literals: [a=1, "b=two words", 'c="quoted"', d=x=y, e=]
    files: [file.txt, other=file.txt, binary]
    envs: [some.env]
  - name: plain
    literals: ["html=<a>&</a>"]
    options: { disableNameSuffixHash: true, labels: { l: m }, annotations: { p: o }, immutable: true }
  - name: empty
secretGenerator:
  - name: hidden
    literals: [password=shoplab]
  - name: certificate
    type: kubernetes.io/tls
    files: [tls.key=long]
generatorOptions: { labels: { made: "yes" } }
patches:
  - patch: |
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: web }
      spec: { template: { spec: { containers: [{ name: app, envFrom: [{ configMapRef: { name: made } }, { secretRef: { name: hidden } }] }] } } }
`,
  {
    'top/file.txt': 'text\nof two lines\n',
    'top/binary': Buffer.from([0xff, 0xfe, 0, 1]),
    'top/some.env': '# a comment\nX=1\n\nY=two words \n',
    'top/long': 'k'.repeat(200),
  },
);
kustomizations['generated ConfigMaps merged and replaced above'] = {
  ...over(`configMapGenerator:
  - { name: one, behavior: merge, literals: [a=2, c=3] }
  - { name: two, behavior: replace, literals: [z=1] }
namePrefix: top-
`),
  'base/kustomization.yaml': `resources: [workloads.yaml]
namePrefix: base-
configMapGenerator:
  - { name: one, literals: [a=1, b=1] }
  - { name: two, literals: [a=1] }
`,
};
kustomizations['two levels: names of below are known above'] = {
  ...base,
  'middle/kustomization.yaml': 'resources: [../base]\nnamePrefix: mid-\nnamespace: middle\n',
  'top/kustomization.yaml': `resources: [../middle]
nameSuffix: -top
replicas: [{name: web, count: 7}]
images: [{name: nginx, newTag: top}]
patches:
  - target: { kind: Service, name: web }
    patch: '[{"op": "add", "path": "/spec/type", "value": "LoadBalancer"}]'
  - patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: mid-settings, namespace: middle}, data: {b: top}}'
`,
};
kustomizations['two of the same below, under different prefixes'] = {
  ...base,
  'one/kustomization.yaml': 'resources: [../base]\nnamePrefix: one-\nnamespace: one\n',
  'two/kustomization.yaml': 'resources: [../base]\nnamePrefix: two-\nnamespace: two\n',
  'top/kustomization.yaml': 'resources: [../one, ../two]\nnamePrefix: x-\n',
};

kustomizations['components: what they add and change, one after the other, before what the top does'] = {
  ...base,
  'hard/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches:
  - target: { kind: Deployment|StatefulSet }
    patch: |
      apiVersion: v1
      kind: any
      metadata: { name: any }
      spec: { template: { spec: { securityContext: { runAsNonRoot: true } } } }
  - target: { kind: DaemonSet }
    patch: '[{"op": "remove", "path": "/spec"}]'
`,
  'more/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources: [extra.yaml]
components: [../hard]
configMapGenerator:
  - { name: settings, behavior: merge, literals: [more=1] }
commonAnnotations: { more: "true" }
`,
  'more/extra.yaml': '{apiVersion: v1, kind: ServiceAccount, metadata: {name: extra}}',
  'top/kustomization.yaml': `resources: [../base]
components: [../more, ../hard]
namePrefix: top-
patches:
  - target: { kind: ServiceAccount }
    patch: '[{"op": "add", "path": "/automountServiceAccountToken", "value": false}]'
`,
};

kustomizations['merged and replaced: a hash only where both have one'] = {
  'base/kustomization.yaml': `resources: [plain.yaml]
configMapGenerator:
  - { name: hashed, literals: [a=1] }
  - { name: hashed-too, literals: [a=1] }
  - { name: bare, literals: [a=1], options: { disableNameSuffixHash: true } }
`,
  'base/plain.yaml': '{apiVersion: v1, kind: ConfigMap, metadata: {name: plain}, data: {a: "1"}}',
  'top/kustomization.yaml': `resources: [../base]
configMapGenerator:
  - { name: plain, behavior: merge, literals: [b=2] }
  - { name: hashed, behavior: merge, literals: [b=2] }
  - { name: hashed-too, behavior: replace, literals: [b=2], options: { disableNameSuffixHash: true } }
  - { name: bare, behavior: replace, literals: [b=2] }
`,
};

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
/** What kubectl made of the same folders, so that the comparison holds on a machine without it. */
const recorded = JSON.parse(readFileSync(file('build.cases.json'), 'utf8')) as Record<string, unknown[]>;
const hasKubectl = (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'kubectl')));
const withKubectl = hasKubectl ? test : test.skip;

function kubectlKustomize(folder: string): unknown[] {
  const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return parseYaml(stdout, 'kubectl kustomize');
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kustomize-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(title: string): string {
  for (const [name, text] of Object.entries(kustomizations[title] ?? {})) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return join(folder, 'top');
}

describe('builds what kubectl kustomize builds, in its order', () => {
  test('every case has a record', () => {
    expect(Object.keys(recorded)).toEqual(Object.keys(kustomizations));
  });
  test.each(Object.keys(kustomizations))('%s', async (title) => {
    expect(await buildKustomization(write(title))).toEqual(recorded[title]);
  });
  withKubectl('the records are what kubectl says', () => {
    for (const title of Object.keys(kustomizations)) {
      expect({ title, built: kubectlKustomize(write(title)) }).toEqual({ title, built: recorded[title] });
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
    }
  });
});

const manifests = file('../../manifests');
const shipped = (readdirSync(manifests, { recursive: true }) as string[])
  .filter((name) => name.endsWith('kustomization.yaml') && !readFileSync(join(manifests, name), 'utf8').includes('kind: Component'))
  .map(dirname);

withKubectl.each(shipped)('manifests/%s: the same objects as from kubectl', async (name) => {
  const objects = await buildKustomization(join(manifests, name));
  expect(objects.length).toBeGreaterThan(5);
  expect(objects).toEqual(kubectlKustomize(join(manifests, name)));
});

test('an octal number is one, as in kubectl', () => {
  expect(parseYaml('a: 0644\nb: 0o644\nc: 644\nd: "0644"\ne: 0\nf: 08', 'a.yaml')).toEqual([
    { a: 420, b: 420, c: 644, d: '0644', e: 0, f: 8 },
  ]);
});
