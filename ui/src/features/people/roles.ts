// The choices of a role and its place, the same wherever a device is given one.
import type { RoleChoice } from '../../lib/generated/types';

/** The places of a role; none where it works for the whole commune. */
export function placesOf(roles: readonly RoleChoice[], slug: string): { value: string; label: string }[] {
  const role = roles.find((each) => each.slug === slug);
  return role?.places.map((place) => ({ value: place.place, label: place.label })) ?? [];
}
