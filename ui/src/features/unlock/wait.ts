import { m } from '../../lib/paraglide/messages';

/** `Còn 4 phút 5 giây`: written out, since `4:05` reads as a time of the day. */
export function showLeft(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return m.unlock_left({ minutes: Math.floor(whole / 60), seconds: whole % 60 });
}
