import { problemText, unsentText } from '../account-words';
import { toParleyError } from '../bridge/errors';
import type { Transport } from '../bridge/transport';
import type { Place, Stranger } from '../bridge/types';
import { m } from '../paraglide/messages.js';
import type { Drafts } from './drafts.svelte';
import type { View } from './view.svelte';

const NOWHERE: Place = {
  kind: 'practice',
  address: '',
  email: '',
  tokenAt: '',
  ended: null,
  invited: false,
  stranger: null,
};

/** Which workspace is open, and the ways into another one. Each ends with the page being loaded again. */
export class Account {
  place = $state.raw<Place>(NOWHERE);
  /** What is under way; "" for nothing. */
  busy = $state<'' | 'practice' | 'signIn' | 'browser' | 'leave' | 'trust'>('');
  /** The company account that people can sign in with at the hub whose address was typed; "" for none that is known. */
  company = $state('');
  /** Why it did not work, in a sentence; "" when nothing has failed. */
  problem = $state('');
  /** The field that the problem is about. */
  wrong = $state<'' | 'address' | 'password'>('');

  readonly welcome = $derived(this.place.kind === 'welcome');

  readonly #transport: Transport;
  readonly #view: View;
  readonly #drafts: Drafts;
  readonly #reload: () => void;

  constructor(transport: Transport, view: View, drafts: Drafts, reload: () => void) {
    this.#transport = transport;
    this.#view = view;
    this.#drafts = drafts;
    this.#reload = reload;
  }

  async openPractice(): Promise<void> {
    await this.#attempt('practice', () => this.#transport.account.openPractice());
  }

  async signIn(address: string, email: string, password: string): Promise<void> {
    await this.#attempt('signIn', () => this.#transport.account.signIn(address, email, password));
  }

  async join(password: string): Promise<void> {
    await this.#attempt('signIn', () => this.#transport.account.join(password));
  }

  /** A link with an invitation was opened: on the welcome page it is shown, elsewhere the person is asked first. */
  invited(): void {
    this.place = { ...this.place, invited: true };
    if (this.welcome || this.place.kind === 'given') return;
    this.#view.question = {
      title: m.join_question(),
      text: this.place.kind === 'practice' ? m.join_leave_practice() : m.join_leave_hub(),
      confirm: this.place.kind === 'practice' ? m.leave_practice() : m.sign_out(),
      onconfirm: () => void this.askToLeave(),
    };
  }

  async decline(): Promise<void> {
    this.place = { ...this.place, invited: false };
    this.problem = '';
    await this.#transport.account.decline().catch(() => undefined);
  }

  async signInWithCompany(address: string): Promise<void> {
    await this.#attempt('browser', () => this.#transport.account.signInWithCompany(address));
  }

  /** Calls off what waits for the browser. */
  async cancelSignIn(): Promise<void> {
    await this.#transport.account.cancelSignIn().catch(() => undefined);
  }

  /** Finds out, quietly, how people sign in at a hub. What is wrong with the address is said when they try. */
  async look(address: string): Promise<void> {
    this.company = '';
    if (address.trim() === '') return;
    const hub = await this.#transport.account.findHub(address).catch(() => undefined);
    this.company = hub?.company ?? '';
  }

  /** Asks first where something would be lost, or a session ends. */
  async askToLeave(): Promise<void> {
    if (this.place.kind === 'practice') return this.#leave();
    let lost: string;
    try {
      await this.#drafts.flushAll(); // the last keys count, too
      lost = unsentText(await this.#transport.account.unsent());
    } catch (cause) {
      this.#view.toast(problemText(toParleyError(cause)), 'trouble');
      return;
    }
    this.#view.question = {
      title: m.sign_out_title(),
      text: lost === '' ? m.sign_out_text() : m.sign_out_lost({ what: lost }),
      confirm: m.sign_out(),
      loses: lost !== '',
      onconfirm: () => void this.#leave(),
    };
  }

  /** Asks first: what waits here is sent to whoever is trusted. */
  askToTrust(): void {
    const is = this.place.stranger;
    if (!is) return;
    this.#view.question = {
      title: m.stranger_trust_title(),
      text: m.stranger_trust_text(),
      confirm: m.stranger_trust(),
      loses: true,
      onconfirm: () => void this.#trust(is),
    };
  }

  async #trust(is: Stranger): Promise<void> {
    await this.#attempt('trust', () => this.#transport.account.trustHub(is.isIdentity, is.isAuthority));
    if (this.problem !== '') this.#view.toast(this.problem, 'trouble');
  }

  /** The notice of an access that has ended was read. */
  async seen(): Promise<void> {
    this.place = { ...this.place, ended: null };
    await this.#transport.account.seen().catch(() => undefined);
  }

  async #leave(): Promise<void> {
    await this.#attempt('leave', async () => {
      const { hubUnaware } = await this.#transport.account.leave();
      if (hubUnaware) note(m.sign_out_unaware());
    });
    if (this.problem !== '') this.#view.toast(this.problem, 'trouble');
  }

  async #attempt(what: 'practice' | 'signIn' | 'browser' | 'leave' | 'trust', act: () => Promise<void>): Promise<void> {
    if (this.busy !== '') return;
    this.busy = what;
    this.problem = this.wrong = '';
    try {
      await act();
      this.#reload();
    } catch (cause) {
      const error = toParleyError(cause);
      if (error.code === 'cancelled') return;
      this.problem = problemText(error);
      this.wrong = ['denied', 'locked', 'short_password'].includes(error.code)
        ? 'password'
        : what === 'signIn'
          ? 'address'
          : '';
    } finally {
      this.busy = '';
    }
  }
}

const NOTE = 'parley-note';

/** Leaves a sentence for the page that is loaded next. */
function note(text: string): void {
  try {
    sessionStorage.setItem(NOTE, text);
  } catch {
    // Without storage it is not said.
  }
}

/** The sentence that the page before has left, once. */
export function takeNote(): string {
  try {
    const text = sessionStorage.getItem(NOTE) ?? '';
    sessionStorage.removeItem(NOTE);
    return text;
  } catch {
    return '';
  }
}
