import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a program was told. */
export interface Told {
  type: string;
  data: { id: string; conversationId?: string; content?: { text?: string } };
}

/** A program that is told what changes, and believes only what was signed (https://www.standardwebhooks.com). */
export class Receiver {
  /** What it took. */
  readonly told: Told[] = [];
  /** How often somebody else than the hub asked. */
  strangers = 0;
  /** While it is broken it takes nothing, and wants to be left alone for an hour. */
  broken = false;
  secret = '';

  private constructor(private readonly server: Server) {}

  static async open(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => {
      void body(request).then((text) => {
        if (!receiver.signed(request, text)) receiver.strangers++;
        if (receiver.broken) response.writeHead(503, { 'Retry-After': '3600' });
        else receiver.told.push(JSON.parse(text) as Told);
        response.end();
      });
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    return receiver;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/parley`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private signed(request: IncomingMessage, text: string): boolean {
    const [id, at, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
      String(request.headers[name]),
    );
    const key = Buffer.from(this.secret.replace(/^whsec_/, ''), 'base64');
    const want = createHmac('sha256', key).update(`${id}.${at}.${text}`).digest();
    return (
      Math.abs(Date.now() / 1000 - Number(at)) < 300 &&
      signatures!.split(' ').some((one) => {
        const got = Buffer.from(one.replace(/^v1,/, ''), 'base64');
        return got.length === want.length && timingSafeEqual(got, want);
      })
    );
  }
}

async function body(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
