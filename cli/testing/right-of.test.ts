import { askedBy } from './right-of.ts';

const shop = '/api/v1/namespaces/shop';
test.each([
  ['GET', '/api/v1/namespaces', 'list namespaces'],
  ['GET', '/api/v1/namespaces?labelSelector=a%3Db', 'list namespaces'],
  ['GET', shop, 'get namespaces'],
  ['DELETE', shop, 'delete namespaces'],
  ['PUT', `${shop}/finalize`, 'update namespaces/finalize'],
  ['GET', `${shop}/pods`, 'list pods'],
  ['GET', `${shop}/pods?watch=true&resourceVersion=7`, 'watch pods'],
  ['GET', `${shop}/pods?watch=false`, 'list pods'],
  ['GET', `${shop}/pods/web`, 'get pods'],
  ['DELETE', `${shop}/pods?gracePeriodSeconds=0`, 'deletecollection pods'],
  ['DELETE', `${shop}/pods/web`, 'delete pods'],
  ['GET', `${shop}/pods/web/exec?command=node`, 'get pods/exec'],
  ['PATCH', `${shop}/pods/web:8474/proxy/proxies/http?watch=true`, 'patch pods/proxy'],
  ['POST', '/apis/apps/v1/namespaces/shop/deployments?fieldValidation=Strict', 'create deployments.apps'],
  ['PATCH', '/apis/apps/v1/namespaces/shop/deployments/web/scale', 'patch deployments/scale.apps'],
  ['POST', '/apis/rbac.authorization.k8s.io/v1/clusterroles', 'create clusterroles.rbac.authorization.k8s.io'],
])('%s %s asks for %s', (method, url, right) => expect(askedBy(method, url)).toEqual({ right }));

test.each(['/', '/readyz', '/version', '/api', '/apis', '/api/v1', '/apis/apps/v1', '/openapi/v3'])('%s is no resource’s', (path) =>
  expect(askedBy('GET', `${path}?timeout=32s`)).toEqual({ path }),
);
