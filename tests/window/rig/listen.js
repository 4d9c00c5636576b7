// Put before the pages' own scripts by a program built with the feature `window-tests`: keeps what must not happen.
(() => {
  const heard = [];
  Object.defineProperty(window, '__heard', { value: heard });
  addEventListener('securitypolicyviolation', (event) => {
    heard.push(`the policy refused ${event.blockedURI || 'inline code'} (${event.violatedDirective})`);
  });
  addEventListener(
    'error',
    (event) => heard.push(`error: ${event.message ?? event.target?.src ?? event.type}`),
    true,
  );
  addEventListener('unhandledrejection', (event) => {
    const { reason } = event;
    heard.push(`unhandled: ${reason instanceof Error ? reason.message : JSON.stringify(reason)}`);
  });
  const said = console.error;
  console.error = (...parts) => {
    heard.push(`console: ${parts.map(String).join(' ')}`);
    said.apply(console, parts);
  };
})();
