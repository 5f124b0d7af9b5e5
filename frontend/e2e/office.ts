import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** What `build/headless` says on its one line. */
interface Addresses {
  page: string;
  hub: string;
  phone: string;
  colleagues: Record<string, string>;
}

/** A contact of practice Meta, as its control API lists them. */
export interface PhoneContact {
  id: string;
  channel: 'whatsapp' | 'messenger';
  name: string;
  touchpoint: string;
  lastMs: number;
}

/** One message as the contact sees it. */
export interface PhoneMessage {
  id: string;
  text: string;
  kind: string;
  state: string;
  fromContact: boolean;
  seen: boolean;
}

export const RUI = 'rui@practice.invalid';
export const SOFIA = 'sofia@practice.invalid';

const BINARY = resolve(import.meta.dirname, '../../build/bin/parley-headless');
const PAGE = resolve(import.meta.dirname, '../dist');

/** A desk that shows its page in a browser, with the practice hub and simulated Meta behind it, or at another's hub. */
export class Office {
  private constructor(
    readonly addresses: Addresses,
    private readonly process: ChildProcess,
    private readonly home: string,
    private readonly log: string[],
  ) {}

  static open(at?: { hub: string; token: string }): Promise<Office> {
    return Office.begin(at ? ['--hub', at.hub] : [], at?.token);
  }

  /** As on a computer where nobody was yet. */
  static welcome(): Promise<Office> {
    return Office.begin(['--welcome']);
  }

  private static async begin(args: string[], token = ''): Promise<Office> {
    const home = await mkdtemp(join(tmpdir(), 'parley-page-'));
    const process_ = spawn(BINARY, ['--home', home, '--page', PAGE, ...args], {
      env: { ...process.env, TZ: 'Europe/Lisbon', PARLEY_TOKEN: token },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const log: string[] = [];
    createInterface({ input: process_.stderr }).on('line', (line) => log.push(line));
    const line = await new Promise<string>((given, failed) => {
      createInterface({ input: process_.stdout }).once('line', given);
      process_.once('exit', (code) => failed(new Error(`headless ended with ${code}:\n${log.join('\n')}`)));
      process_.once('error', failed);
    });
    return new Office(JSON.parse(line) as Addresses, process_, home, log);
  }

  /** What the application complained about. */
  get complaints(): string[] {
    return this.log.filter((line) => /level=ERROR|^panic:/.test(line));
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.stdin?.end();
    await ended;
    await rm(this.home, { recursive: true, force: true });
  }

  /** Asks practice Meta's control API (backend/practice/README.md); a body makes it a POST. */
  async phone<T>(path: string, body?: unknown): Promise<T> {
    return ask<T>(`${this.addresses.phone}api/${path}`, body);
  }

  /** A named contact of a channel who has kept quiet so far. */
  async contact(channel: PhoneContact['channel'], but: string[] = []): Promise<PhoneContact> {
    const { contacts } = await this.phone<{ contacts: PhoneContact[] }>('contacts');
    const found = contacts.find(
      (one) =>
        one.channel === channel &&
        one.lastMs === 0 &&
        !but.includes(one.id) &&
        /^[\p{Script=Latin} ]+ [\p{Script=Latin}]+$/u.test(one.name),
    );
    if (!found) throw new Error(`nobody on ${channel} has kept quiet`);
    return found;
  }

  async writes(contact: PhoneContact, what: string | Record<string, unknown>): Promise<string> {
    const { id } = await this.phone<{ id: string }>(
      `contacts/${contact.id}/messages`,
      typeof what === 'string' ? { text: what } : what,
    );
    return id;
  }

  async sees(contact: PhoneContact): Promise<PhoneMessage[]> {
    return (await this.phone<{ messages: PhoneMessage[] }>(`contacts/${contact.id}/messages`)).messages;
  }

  advance(ms: number): Promise<unknown> {
    return this.phone('clock', { advanceMs: ms });
  }

  /** A colleague does something: an action of the hub's `Command`, as JSON. */
  async colleague(email: string, action: Record<string, unknown>): Promise<void> {
    const token = this.addresses.colleagues[email];
    const { refusal } = await ask<{ refusal?: unknown }>(
      `${this.addresses.hub}/parley.hub.v1.DeskService/Execute`,
      { id: uuid7(), ...action },
      { Authorization: `Bearer ${token}` },
    );
    if (refusal) throw new Error(`the hub refuses: ${JSON.stringify(refusal)}`);
  }
}

export const HOUR = 3_600_000;

async function ask<T>(url: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  const response = await fetch(
    url,
    body === undefined
      ? {}
      : { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', ...headers } },
  );
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

export function uuid7(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
