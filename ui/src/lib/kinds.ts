// What a kind of record looks like. Its name comes from the core.
import type { IconName } from './icons';

const looks: Record<string, IconName> = {
  household: 'household',
  pledge: 'pledge',
  'group-pledge': 'pledge',
  contact: 'visit',
  checkup: 'visit',
  business: 'inspection',
  inspection: 'inspection',
  'plant-check': 'inspection',
  supervision: 'inspection',
  'score-check': 'inspection',
  patrol: 'person',
  outreach: 'persons',
  propagandist: 'persons',
  'self-group': 'persons',
  'guard-team': 'persons',
  consultation: 'persons',
  'care-team': 'persons',
  committee: 'persons',
  training: 'persons',
  person: 'person',
  'police-part': 'person',
  assignment: 'person',
  official: 'persons',
  delegation: 'persons',
  population: 'persons',
  tip: 'tips',
  'tip-box': 'tips',
  'box-opening': 'tips',
  'tip-handling': 'tips',
  plan: 'plan',
  task: 'plan',
  'own-plan': 'plan',
  progress: 'goal',
  'self-score': 'goal',
  'score-decision': 'goal',
  review: 'chart',
  classification: 'chart',
  figure: 'chart',
  access: 'show',
  village: 'village',
  unit: 'village',
  institution: 'village',
};

/** The icon of a kind; a sheet of paper for all that is written on one. */
export function iconOf(kind: string): IconName {
  return looks[kind] ?? 'file';
}
