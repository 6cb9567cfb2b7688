import type { V1LabelSelector } from '@kubernetes/client-node';
import type { Wire } from '../api/object.ts';
import { forbidden, invalidValue, required } from './causes.ts';
import { labelCauses, nameErrors } from './names.ts';
import type { Cause } from './resource.ts';

/** What is wrong with a LabelSelector (apimachinery pkg/apis/meta/v1/validation ValidateLabelSelector). */
export const labelSelectorCauses = (field: string, { matchLabels = {}, matchExpressions = [] }: Wire<V1LabelSelector>): Cause[] => [
  ...labelCauses(`${field}.matchLabels`, matchLabels),
  ...matchExpressions.flatMap(({ key, operator, values = [] }, index) => {
    const path = `${field}.matchExpressions[${index}]`;
    return [
      ...operatorCauses(path, operator, values),
      ...nameErrors('qualified name', key).map((why) => invalidValue(`${path}.key`, key, why)),
      ...values.flatMap((value, at) => nameErrors('label value', value).map((why) => invalidValue(`${path}.values[${at}]`, value, why))),
    ];
  }),
];

function operatorCauses(path: string, operator: string, values: string[]): Cause[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length > 0 ? [] : [required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      return values.length === 0 ? [] : [forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
    default:
      return [invalidValue(`${path}.operator`, operator, 'not a valid selector operator')];
  }
}
