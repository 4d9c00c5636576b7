import type { HelpPages } from './pages';

export const english: HelpPages = {
  start: {
    title: 'Beginning with Sổ Thôn',
    lead: 'At the first start there are three ways. You can always go back.',
    steps: [
      'With an invitation: choose "The commune invited me".',
      'To look around first: choose "Try it with invented data".',
      'Who keeps the commune’s books: choose "Set up a commune’s books" and answer five questions.',
      'Then print the recovery sheet and type two groups back.',
    ],
    notes: [
      'It costs nothing, and recording needs no network.',
      'The practice books have another colour and a band on top; they never mix with real ones.',
    ],
  },
  join: {
    title: 'Joining with an invitation',
    lead: 'An invitation is used once, for one person and one device.',
    steps: [
      'Scan the code, choose a picture of it, or paste the text.',
      'Set a passphrase. The four words that are drawn are easiest to keep in mind.',
      'Wait for the call of who keeps the commune’s books, and compare eight words.',
      'If all eight are right the device is admitted, and the book opens by itself.',
    ],
    notes: [
      'If one word differs, say so at once and do not use that device.',
      'Without a network: show the code, or send the text, that stands on the waiting page.',
      'The machine may be switched off while waiting.',
    ],
  },
  unlock: {
    title: 'Opening and locking the book',
    lead: 'The book is locked when the machine is off, and when nobody touches it.',
    steps: [
      'Enter the passphrase and choose "Open the book". "Show" shows what was typed.',
      'Not right: look at Caps Lock and the input method, then try again.',
      'After five times one has to wait. Nothing is lost by waiting.',
      'Leaving the machine: choose "Lock". What is half written is kept.',
    ],
    notes: [
      'Passphrase forgotten: call who keeps the commune’s books; the device is admitted again.',
      'A shared machine: each person has a book of their own.',
    ],
  },
  today: {
    title: 'The screen "Today"',
    lead: 'What is due on top, four buttons for recording, the latest records below.',
    steps: [
      'Look at what is due. Red is late.',
      'Touch a row to record it; the household is filled in.',
      'For anything else use one of the four large buttons.',
      'Drafts and what is to be looked at stand below, if any.',
    ],
    notes: [
      'The line on top says whether records have come to the commune. Recording works without a network.',
      'A record is saved on this device, sent, at the commune, or to be looked at.',
    ],
  },
  write: {
    title: 'Recording and editing',
    lead: 'What is typed is kept as it is typed, also when the machine goes off.',
    steps: [
      'Fill in as on the paper form. Fields marked optional may stay empty.',
      'For a household or a person type two letters, then choose from the list.',
      'A signed paper, a place: choose "Add a photo" at the end of the page. No persons under 18.',
      'Choose "Save", or "Save and add another" for the next sheet of paper.',
      'Saved by mistake: choose "Undo" in the bar at the end.',
    ],
    notes: [
      'What is to be mended stands on top and leads to its field.',
      'A stack of pledges: Books, Household pledge, "Record many pledges", mark who has signed, save at once.',
      'Learners, households of a group, who is on duty: "Choose from a list" and tick; whoever is not recorded is added by name.',
      'Likely duplicates are pointed out, never forbidden.',
      'Nothing recorded is ever lost: edits and voids stay in the history.',
    ],
  },
  books: {
    title: 'Finding and reading',
    lead: 'Each kind of record is a list that can be searched.',
    steps: [
      'Open "Books" and choose a kind.',
      'Type into the search field, with or without diacritics.',
      'Touch a row to see the record, who wrote it and who changed it.',
      'A record made by mistake: choose "Void" and say why.',
    ],
    notes: ['What is voided can still be seen and restored.', '"Print" prints what is shown.'],
  },
  import: {
    title: 'Importing from Excel',
    lead: 'Lists of households, members and pledges that are in Excel need not be typed again.',
    steps: [
      'Copy the file to the downloads, or put the stick in.',
      'In the list, choose "Import from Excel", then the file.',
      'Look whether the columns are right; choose anew what is not.',
      'What is to be put right is told by row and column: mend it in Excel, save, open again.',
      'When nothing is left to be put right, choose "Import".',
    ],
    notes: [
      'All of it is imported or nothing. The wrong file: choose "Undo".',
      'Rows that are in the register already are passed over. A new state of somebody there is added to their record.',
      'A person with several rows, one for each state, becomes one record.',
      'Identity numbers only tell people apart and are not kept.',
    ],
  },
  export: {
    title: 'Exporting a table',
    lead: 'The list or table on the screen as a file of Excel or CSV, to print, hand in or work on.',
    steps: [
      'Open the list, filter and sort it.',
      'Choose "Export the table", the kind of file and where it goes.',
      'Say why, then choose "Export".',
      'Open the file in Excel. The heads come back on each printed page.',
    ],
    notes: [
      'The file holds only what this device may read, and never who told.',
      'At its top stand commune, who exported it and when. The access log has who, which list, how many rows and why.',
      'Whoever has the file can read it: send it by no messenger, put it on no board.',
      'No file is written over: the next one has a number at the end of its name.',
    ],
  },
  household: {
    title: 'A household’s page',
    lead: 'All of a household is on one page: members, pledge, visits.',
    steps: [
      'Open "Households" and type a name or a house number.',
      'Touch the household.',
      'Choose what to record; the household is filled in.',
    ],
    notes: ['Not found: leave out the diacritics, or type the given name only.'],
  },
  review: {
    title: 'To be looked at',
    lead: 'Two people wrote the same field differently. Nobody is to blame; choose what is right.',
    steps: [
      'Open it from "Today".',
      'Look at both values, who wrote them and when.',
      'Choose one, or write another.',
      'Keep the chosen one, or leave it for later.',
    ],
    notes: [
      'Until then the record shows both.',
      'A decision can be undone.',
      'A household entered twice: open it and choose "Merge with another record".',
      'A household that moves: open it and choose "Move to another village", write the day.',
    ],
  },
  exchange: {
    title: 'Sending and receiving',
    lead: 'The machine sends by itself when there is a network or a device of the commune is near.',
    steps: [
      'Read the sentence on top: how many records wait.',
      'To send at once choose "Send now".',
      'See when each way worked last.',
    ],
    notes: [
      'No network is no fault. Go on recording.',
      'Nothing sent for many days: take the machine to the culture house.',
      '"At the commune" is said only when a machine of the commune has confirmed it.',
    ],
  },
  care: {
    title: 'Persons under management and help',
    lead: 'Seen only by those whose duty it is. Each opening is recorded with a reason.',
    steps: [
      'Open the list and choose a person.',
      'Give the reason; it is kept before the file is shown.',
      'See the episodes, the documents and the time that is left.',
      'Record a contact on the same page.',
    ],
    notes: ['A village head sees the assigned persons and the contacts to make.'],
  },
  tell: {
    title: 'Telling the police',
    lead: 'If it is urgent, call. Else write a tip, seal it, and let it go by itself.',
    steps: [
      'On Today choose to tell the police, then write a tip.',
      'Say what and where. Who told is named in its own part alone.',
      'Look it over before sealing, line by line.',
      'Seal it. From then on this device cannot open it again.',
      'Lock the book when done. The tip goes then, or at the next day’s first unlocking.',
    ],
    notes: [
      'The device sends the same envelope every day. Nobody knows on which there was a tip.',
      'Sent at once it goes now. In a small village the moment alone may tell who told.',
      'What the police answer stands below the tip.',
    ],
  },
  tips: {
    title: 'Tips',
    lead: 'Only the commune’s police can read tips.',
    steps: [
      'Open the inbox. What is due first stands on top.',
      'Open a tip and give the reason.',
      'Record each step; the next deadline appears.',
      'Who told is opened separately, for a reason of its own.',
      'Answer on the tip’s page. Only the device that told can open the answer.',
    ],
    notes: ['Who told never stands in lists, notifications or prints.'],
  },
  commune: {
    title: 'The commune',
    lead: 'The villages beside each other, counted from the records that have come.',
    steps: [
      'Read the line on top: as of when, and which village is silent.',
      'Look first at what must be handled.',
      'Touch a village to open its page.',
      'Choose another period to compare.',
    ],
    notes: ['"No figures" is not nought.', 'Very small counts are hidden.'],
  },
  tasks: {
    title: 'The plan’s tasks',
    lead: 'All tasks by step, with who is responsible and by when.',
    steps: [
      'Choose a plan, a village or a unit to filter.',
      'Touch a task to see it.',
      'Record progress when a part is done.',
      'At the end of the period: make the plan for the next, look over each date, and save.',
    ],
    notes: ['What is late is red, with the number of days.'],
  },
  people: {
    title: 'People and devices',
    lead: 'Who uses which device, and how a new one is admitted.',
    steps: [
      'Choose "Invite somebody": name, role, place. Print the slip or send the text.',
      'When the device asks, call that person on a number known before.',
      'Read the eight words. Admit only if all are right.',
      'A device is lost: open the person, say that it is lost, and go step by step.',
      'Somebody leaves: open the person and end the device.',
    ],
    notes: [
      'A slip that was found admits nobody.',
      'A machine without network: take its request by hand.',
      'A device that wants to read a closed compartment needs the yes of somebody who reads it.',
      'What a device wrote and what came after its end stands aside until it is let in.',
      'A lost device with personal data is reported within 72 hours. Home says how long is left.',
    ],
  },
  paper: {
    title: 'Recovery sheet and reading keys',
    lead: 'They are on paper alone; no machine keeps them. Lock them away.',
    steps: [
      'Print or copy the whole sheet when it is shown.',
      'Type two groups back from the paper, to be sure that it is legible.',
      'Keep two copies in two places.',
    ],
    notes: [
      'The recovery sheet names another machine for the register, and chooses a branch where it has two.',
      'A reading key opens a closed compartment when all its devices are lost.',
      'Take no photograph; send it nowhere.',
    ],
  },
  rules: {
    title: 'What the commune sets',
    lead: 'Limits, reminders and days off by which all devices reckon.',
    steps: [
      'Open the books and choose what the commune sets.',
      'Touch a line to see value, basis, who set it and what was set before.',
      'Choose to set another value, and type value, day and basis.',
      'Look over what would change, then save.',
      'Record the days off when the year’s notice has come.',
    ],
    notes: [
      'What is not known enough names what was not found, and who fills it.',
      'Two values from one day are shown as to be decided. Void one of them.',
      'A village head looks and sets nothing.',
      'Choices in forms: the commune adds values of its own, or no longer uses some.',
    ],
  },
  settings: {
    title: 'Settings of this machine',
    lead: 'Text size, colours, language, locking. A change holds at once.',
    steps: [
      'Open the settings below the places, or from help.',
      'Choose a larger text if it is hard to read.',
      'F8 covers the names when somebody looks over the shoulder.',
      'For help from outside: save the file for the helper, read it, send it.',
    ],
    notes: ['The file for the helper has no names and no contents.'],
  },
};
