// A screen that nobody sees and a session bus of its own, one of each for a test file.

import { end, firstLine, start } from './processes.js';

/** Starts both; what they give belongs into the environment of every program with a window. */
export async function openScreen() {
  // High enough for the longest form in one picture. Xvfb looks for a free number itself and writes it to the descriptor 3.
  const screen = start('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x4000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const number = await firstLine(screen.stdio[3], screen);
  const bus = start('dbus-daemon', ['--session', '--nofork', '--print-address']);
  const address = await firstLine(bus.stdout, bus);
  const notices = start('dbus-monitor', ['--address', address, "interface='org.freedesktop.Notifications'"]);
  let noticed = '';
  notices.stdout.setEncoding('utf8').on('data', (text) => (noticed += text));
  return {
    /** What programs asked the system to show as notices; there is nobody who shows them. */
    notices: () => [...noticed.matchAll(/^ {3}string "(.*)"$/gmu)].map(([, text]) => text),
    env: {
      DISPLAY: `:${number}`,
      DBUS_SESSION_BUS_ADDRESS: address,
      GDK_BACKEND: 'x11',
      // The same in every place: no portals, no drawing by a graphics card that may not be there.
      GTK_USE_PORTAL: '0',
      LIBGL_ALWAYS_SOFTWARE: '1',
      NO_AT_BRIDGE: '1',
    },
    async close() {
      await end(notices);
      await end(bus);
      await end(screen);
    },
  };
}
