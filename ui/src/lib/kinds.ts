// What a kind of record looks like. Its name comes from the core.
import type { IconName } from './icons';

const looks: Record<string, IconName> = {
  household: 'household',
  pledge: 'pledge',
  visit: 'visit',
  contact: 'visit',
  inspection: 'inspection',
  outreach: 'persons',
  person: 'person',
  assignment: 'person',
  official: 'persons',
  delegation: 'persons',
  population: 'persons',
  tip: 'tips',
  'tip-handling': 'tips',
  plan: 'plan',
  task: 'plan',
  progress: 'goal',
  figure: 'chart',
  access: 'show',
  village: 'village',
  unit: 'village',
};

/** The icon of a kind; a sheet of paper for all that is written on one. */
export function iconOf(kind: string): IconName {
  return looks[kind] ?? 'file';
}
