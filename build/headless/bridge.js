// What Wails puts into a window, over HTTP: the bound services below window.go, events below window.runtime. It stands
// before the page's own script.
(() => {
  const service = (name) =>
    new Proxy({}, {
      get: (_, method) => async (...args) => {
        const response = await fetch(`/headless/call/${name}/${String(method)}`, { method: 'POST', body: JSON.stringify(args) });
        if (response.status === 204) return undefined;
        const answer = await response.json();
        if (!response.ok) throw answer;
        return answer;
      },
    });
  window.go = { app: new Proxy({}, { get: (_, name) => service(String(name)) }) };
  const listeners = new Set();
  // Opened at once, as a window hears events from its first moment on.
  const source = new EventSource('/headless/events');
  source.onmessage = (event) => {
    for (const listener of listeners) listener(JSON.parse(event.data));
  };
  window.runtime = {
    EventsOn(_, listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
})();
