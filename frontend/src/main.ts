import { mount } from 'svelte';
import './styles/base.css';
import App from './App.svelte';
import type { Transport } from './lib/bridge/transport';
import { hasWails, wails } from './lib/bridge/wails';
import { Parley } from './lib/state/parley.svelte';

/** Inside the application's window the real shell answers; in a plain browser a fake one does. */
async function transport(): Promise<Transport> {
  if (hasWails()) return wails;
  const { FakeShell } = await import('./lib/bridge/fake');
  const query = new URLSearchParams(location.search);
  const fake = new FakeShell({ practice: query.get('practice') !== '0', empty: query.has('empty') });
  Object.assign(window, { parleyFake: fake });
  return fake.transport;
}

const parley = new Parley(await transport());
mount(App, { target: document.getElementById('app')!, props: { parley } });
