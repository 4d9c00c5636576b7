// The invitation that is being answered, between its pages.
import type { InviteSeen } from '../../lib/generated/types';

export class Joining {
  slip = $state('');
  seen = $state.raw<InviteSeen>();
  title = $state('');
  passphrase = $state('');

  forget(): void {
    this.slip = this.title = this.passphrase = '';
    this.seen = undefined;
  }
}

export const joining = new Joining();
