// Which component draws which screen. A screen that is named in `screens.ts` and missing here fails the type check.
import type { Component } from 'svelte';
import Accounts from './features/books/Accounts.svelte';
import Care from './features/care/Care.svelte';
import Cards from './features/care/Cards.svelte';
import Commune from './features/commune/Commune.svelte';
import Books from './features/books/Books.svelte';
import Households from './features/books/Households.svelte';
import KindList from './features/books/KindList.svelte';
import Stack from './features/books/Stack.svelte';
import Help from './features/help/Help.svelte';
import ExportList from './features/export/ExportList.svelte';
import Import from './features/import/Import.svelte';
import PhotoPage from './features/record/PhotoPage.svelte';
import Record from './features/record/Record.svelte';
import Voiding from './features/record/Voiding.svelte';
import Question from './features/review/Question.svelte';
import Review from './features/review/Review.svelte';
import Choose from './features/start/Choose.svelte';
import Found from './features/start/Found.svelte';
import Join from './features/start/Join.svelte';
import Language from './features/start/Language.svelte';
import Sheet from './features/start/Sheet.svelte';
import Waiting from './features/start/Waiting.svelte';
import Nothing from './features/start/Nothing.svelte';
import Tasks from './features/tasks/Tasks.svelte';
import Duties from './features/plans/Duties.svelte';
import Renew from './features/plans/Renew.svelte';
import RenewTasks from './features/plans/RenewTasks.svelte';
import ChoiceField from './features/rules/ChoiceField.svelte';
import Choices from './features/rules/Choices.svelte';
import DaysOff from './features/rules/DaysOff.svelte';
import Gaps from './features/rules/Gaps.svelte';
import Matter from './features/rules/Matter.svelte';
import MatterCheck from './features/rules/MatterCheck.svelte';
import Matters from './features/rules/Matters.svelte';
import Sealing from './features/telling/Sealing.svelte';
import SendTip from './features/telling/SendTip.svelte';
import Telling from './features/telling/Telling.svelte';
import Tips from './features/tips/Tips.svelte';
import Village from './features/village/Village.svelte';
import VillageAct from './features/village/Act.svelte';
import VillageActCheck from './features/village/ActCheck.svelte';
import VillageShared from './features/village/Shared.svelte';
import VillageHistory from './features/village/History.svelte';
import Villages from './features/village/Villages.svelte';
import Drafts from './features/today/Drafts.svelte';
import Due from './features/today/Due.svelte';
import Today from './features/today/Today.svelte';
import Write from './features/write/Write.svelte';
import CourierIn from './features/courier/CourierIn.svelte';
import CourierOut from './features/courier/CourierOut.svelte';
import Exchange from './features/exchange/Exchange.svelte';
import DeviceOwner from './features/people/DeviceOwner.svelte';
import Asides from './features/aside/Asides.svelte';
import UndoDevice from './features/aside/UndoDevice.svelte';
import WriteAgain from './features/aside/WriteAgain.svelte';
import Closing from './features/closing/Closing.svelte';
import Closings from './features/closing/Closings.svelte';
import Late from './features/late/Late.svelte';
import LeaveLate from './features/late/LeaveLate.svelte';
import Merge from './features/moving/Merge.svelte';
import MergeWith from './features/moving/MergeWith.svelte';
import Move from './features/moving/Move.svelte';
import Lost from './features/lost/Lost.svelte';
import ReadByPaper from './features/lost/ReadByPaper.svelte';
import Recover from './features/lost/Recover.svelte';
import Unchosen from './features/lost/Unchosen.svelte';
import EndDevice from './features/people/EndDevice.svelte';
import EnterKey from './features/people/EnterKey.svelte';
import Invitation from './features/people/Invitation.svelte';
import Invite from './features/people/Invite.svelte';
import NewRole from './features/people/NewRole.svelte';
import NewRoleCheck from './features/people/NewRoleCheck.svelte';
import People from './features/people/People.svelte';
import ReadingKey from './features/people/ReadingKey.svelte';
import Relays from './features/people/Relays.svelte';
import TakeRequest from './features/people/TakeRequest.svelte';
import About from './features/settings/About.svelte';
import DiscardPractice from './features/settings/DiscardPractice.svelte';
import HelperFile from './features/settings/HelperFile.svelte';
import Settings from './features/settings/Settings.svelte';
import Forgotten from './features/unlock/Forgotten.svelte';
import Unlock from './features/unlock/Unlock.svelte';
import type { ScreenName, Screens } from './screens';

export const drawn: { [S in ScreenName]: Component<Screens[S]> } = {
  nothing: Nothing,
  language: Language,
  start: Choose,
  found: Found,
  sheet: Sheet,
  join: Join,
  waiting: Waiting,
  unlock: Unlock,
  forgotten: Forgotten,

  today: Today,
  households: Households,
  books: Books,
  commune: Commune,
  tasks: Tasks,
  care: Care,
  tips: Tips,
  people: People,
  exchange: Exchange,
  help: Help,

  village: Village,
  villages: Villages,
  villageHistory: VillageHistory,
  villageAct: VillageAct,
  villageActCheck: VillageActCheck,
  villageShared: VillageShared,

  due: Due,
  drafts: Drafts,
  form: Write,
  record: Record,
  photo: PhotoPage,
  voiding: Voiding,
  moving: Move,
  cards: Cards,
  merge: Merge,
  late: Late,
  closings: Closings,
  closing: Closing,
  leaveLate: LeaveLate,
  mergeWith: MergeWith,
  list: KindList,
  stack: Stack,
  accounts: Accounts,

  renew: Renew,
  renewTasks: RenewTasks,
  duties: Duties,

  matters: Matters,
  matter: Matter,
  choices: Choices,
  choiceField: ChoiceField,
  matterCheck: MatterCheck,
  gaps: Gaps,
  daysOff: DaysOff,

  import: Import,
  exportList: ExportList,

  telling: Telling,
  sealing: Sealing,
  sendTip: SendTip,

  review: Review,
  question: Question,

  courierOut: CourierOut,
  courierIn: CourierIn,

  settings: Settings,
  helperFile: HelperFile,
  about: About,
  discardPractice: DiscardPractice,

  deviceOwner: DeviceOwner,
  newRole: NewRole,
  newRoleCheck: NewRoleCheck,
  endDevice: EndDevice,
  lost: Lost,
  asides: Asides,
  writeAgain: WriteAgain,
  unchosen: Unchosen,
  undoDevice: UndoDevice,
  recover: Recover,
  readByPaper: ReadByPaper,
  invite: Invite,
  invitation: Invitation,
  takeRequest: TakeRequest,
  relays: Relays,
  readingKey: ReadingKey,
  enterKey: EnterKey,
};
