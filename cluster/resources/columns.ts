import { ageSince } from './age.ts';
import type { Column } from './resource.ts';

export const nameColumn: Column = { name: 'Name', format: 'name', cell: (object) => object.metadata.name };
export const ageColumn: Column = { name: 'Age', cell: (object, now) => ageSince(object.metadata.creationTimestamp, now) };
/** For kinds without columns of their own. */
export const plainColumns: Column[] = [nameColumn, ageColumn];
