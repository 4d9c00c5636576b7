// The icons by what they mean (Lucide). Always beside a word, never alone.
import type { Component } from 'svelte';
import ArrowDownAZ from '@lucide/svelte/icons/arrow-down-a-z';
import ArrowRight from '@lucide/svelte/icons/arrow-right';
import ArrowUpDown from '@lucide/svelte/icons/arrow-up-down';
import Ban from '@lucide/svelte/icons/ban';
import BookOpen from '@lucide/svelte/icons/book-open';
import Building from '@lucide/svelte/icons/building-2';
import Calendar from '@lucide/svelte/icons/calendar';
import CalendarCheck from '@lucide/svelte/icons/calendar-check';
import Camera from '@lucide/svelte/icons/camera';
import ChartLine from '@lucide/svelte/icons/chart-line';
import Check from '@lucide/svelte/icons/check';
import CheckCheck from '@lucide/svelte/icons/check-check';
import ChevronDown from '@lucide/svelte/icons/chevron-down';
import ChevronLeft from '@lucide/svelte/icons/chevron-left';
import ChevronRight from '@lucide/svelte/icons/chevron-right';
import Circle from '@lucide/svelte/icons/circle';
import CircleAlert from '@lucide/svelte/icons/circle-alert';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDot from '@lucide/svelte/icons/circle-dot';
import CircleQuestionMark from '@lucide/svelte/icons/circle-question-mark';
import ClipboardCheck from '@lucide/svelte/icons/clipboard-check';
import Clock from '@lucide/svelte/icons/clock';
import Copy from '@lucide/svelte/icons/copy';
import DoorOpen from '@lucide/svelte/icons/door-open';
import Eye from '@lucide/svelte/icons/eye';
import EyeOff from '@lucide/svelte/icons/eye-off';
import File from '@lucide/svelte/icons/file';
import FileClock from '@lucide/svelte/icons/file-clock';
import FileDown from '@lucide/svelte/icons/file-down';
import FilePenLine from '@lucide/svelte/icons/file-pen-line';
import FileText from '@lucide/svelte/icons/file-text';
import FileUp from '@lucide/svelte/icons/file-up';
import Flag from '@lucide/svelte/icons/flag';
import FlaskConical from '@lucide/svelte/icons/flask-conical';
import Hand from '@lucide/svelte/icons/hand';
import Hourglass from '@lucide/svelte/icons/hourglass';
import House from '@lucide/svelte/icons/house';
import Info from '@lucide/svelte/icons/info';
import KeyRound from '@lucide/svelte/icons/key-round';
import Languages from '@lucide/svelte/icons/languages';
import ListChecks from '@lucide/svelte/icons/list-checks';
import ListTodo from '@lucide/svelte/icons/list-todo';
import Lock from '@lucide/svelte/icons/lock';
import MessageSquareLock from '@lucide/svelte/icons/message-square-lock';
import MonitorSmartphone from '@lucide/svelte/icons/monitor-smartphone';
import Pencil from '@lucide/svelte/icons/pencil';
import Phone from '@lucide/svelte/icons/phone';
import Plus from '@lucide/svelte/icons/plus';
import Printer from '@lucide/svelte/icons/printer';
import QrCode from '@lucide/svelte/icons/qr-code';
import RadioTower from '@lucide/svelte/icons/radio-tower';
import Search from '@lucide/svelte/icons/search';
import Send from '@lucide/svelte/icons/send';
import Settings from '@lucide/svelte/icons/settings';
import Shuffle from '@lucide/svelte/icons/shuffle';
import Signature from '@lucide/svelte/icons/signature';
import Smartphone from '@lucide/svelte/icons/smartphone';
import Table2 from '@lucide/svelte/icons/table-2';
import TicketCheck from '@lucide/svelte/icons/ticket-check';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import Undo2 from '@lucide/svelte/icons/undo-2';
import UserRound from '@lucide/svelte/icons/user-round';
import UserPlus from '@lucide/svelte/icons/user-plus';
import Users from '@lucide/svelte/icons/users';

export const icons = {
  // places
  today: CalendarCheck,
  households: House,
  books: BookOpen,
  sync: ArrowUpDown,
  help: CircleQuestionMark,
  commune: Table2,
  chart: ChartLine,
  plan: ListTodo,
  people: UserRound,
  tips: MessageSquareLock,
  report: FileText,
  devices: MonitorSmartphone,
  settings: Settings,
  places: ListChecks,
  // acts
  back: ChevronLeft,
  next: ChevronRight,
  lock: Lock,
  add: Plus,
  edit: Pencil,
  print: Printer,
  undo: Undo2,
  void: Ban,
  search: Search,
  send: Send,
  exportFile: FileUp,
  importFile: FileDown,
  camera: Camera,
  show: Eye,
  hide: EyeOff,
  sort: ArrowDownAZ,
  unfold: ChevronDown,
  shuffle: Shuffle,
  call: Phone,
  scan: QrCode,
  invite: TicketCheck,
  copy: Copy,
  language: Languages,
  practice: FlaskConical,
  newPerson: UserPlus,
  key: KeyRound,
  // kinds of record
  pledge: Signature,
  visit: DoorOpen,
  inspection: ClipboardCheck,
  draft: FilePenLine,
  household: House,
  person: UserRound,
  persons: Users,
  village: Building,
  // states
  late: CircleAlert,
  soon: Hourglass,
  good: CircleCheck,
  waiting: Clock,
  unsigned: FileClock,
  notStarted: Circle,
  started: CircleDot,
  done: Check,
  goal: Flag,
  info: Info,
  warn: TriangleAlert,
  mend: CircleAlert,
  review: Hand,
  // delivery
  saved: CircleCheck,
  received: CheckCheck,
  held: Hand,
  // ways
  relay: RadioTower,
  device: Smartphone,
  file: File,
  date: Calendar,
  becomes: ArrowRight,
} as const satisfies Record<string, Component>;

/** An icon by what it means. */
export type IconName = keyof typeof icons;
