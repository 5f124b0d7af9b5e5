import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const BINARY = resolve(import.meta.dirname, '../../build/bin/parley-hub');

export const ANA = 'ana@ondaverde.example';
export const PASSWORD = 'a long enough password';

/** A company's hub, `parley-hub serve`, on a folder of its own. Another one at its address is another hub. */
export class Company {
  address = '127.0.0.1:0';
  private serving: ChildProcess | undefined;

  private constructor(private readonly data: string) {}

  static async found(): Promise<Company> {
    const company = new Company(await mkdtemp(join(tmpdir(), 'parley-company-')));
    company.run('init', '--workspace', 'Ondaverde', '--admin', ANA);
    return company;
  }

  /** The hub's fingerprint. */
  get identity(): string {
    return this.run('identity').trim();
  }

  async serve(at = this.address): Promise<void> {
    const serving = spawn(BINARY, ['serve', '--data', this.data, '--listen', at], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.serving = serving;
    this.address = await new Promise<string>((given, failed) => {
      createInterface({ input: serving.stderr! }).on('line', (line) => {
        const found = /listening on http:\/\/(\S+)/.exec(line);
        if (found) given(found[1]!);
      });
      serving.once('exit', (code) => failed(new Error(`the hub ended with ${code}`)));
    });
  }

  async stop(): Promise<void> {
    const { serving } = this;
    this.serving = undefined;
    if (!serving) return;
    const ended = new Promise((done) => serving.once('exit', done));
    serving.kill('SIGKILL');
    await ended;
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.data, { recursive: true, force: true });
  }

  private run(command: string, ...options: string[]): string {
    return execFileSync(BINARY, [command, '--data', this.data, ...options], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PARLEY_ADMIN_PASSWORD: PASSWORD },
    });
  }
}
