import { mount } from 'svelte';
import '@fontsource-variable/inter/wght.css';
import './styles/base.css';
import App from './App.svelte';
import type { Transport } from './lib/bridge/transport';
import { hasWails, wails } from './lib/bridge/wails';
import { faceReady } from './lib/face';
import { keysFirst } from './lib/keys-first';
import { Parley } from './lib/state/parley.svelte';

async function start(transport: Transport) {
  const parley = new Parley(transport);
  keysFirst.watch(window);
  // First: what came with the page is in its first frame.
  const started = parley.start();
  await faceReady();
  mount(App, { target: document.getElementById('app')!, props: { parley, started } });
}

/** In a plain browser a fake shell answers. */
async function startFake() {
  const { FakeShell } = await import('./lib/bridge/fake');
  const query = new URLSearchParams(location.search);
  const fake = new FakeShell({
    practice: query.get('practice') !== '0',
    empty: query.has('empty'),
    welcome: query.has('welcome'),
  });
  Object.assign(window, { parleyFake: fake });
  await start(fake.transport);
}

void (hasWails() ? start(wails) : startFake());
