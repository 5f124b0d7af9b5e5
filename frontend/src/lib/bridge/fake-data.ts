import type {
  Agent,
  Card,
  Contact,
  Content,
  Conversation,
  Disposition,
  Earlier,
  Failure,
  Load,
  Media,
  Message,
  Note,
  NoteDraft,
  Queue,
  QuickReply,
  Routing,
  Quote,
  Template,
  Touchpoint,
} from './types';

/** Invented people and conversations for the fake shell. Numbers come from ranges reserved for fiction. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface FakeData {
  me: Agent;
  agents: Agent[];
  loads: Load[];
  touchpoints: Touchpoint[];
  queues: Queue[];
  dispositions: Disposition[];
  conversations: Conversation[];
  messages: Message[];
  notes: Note[];
  noteDrafts: Record<string, NoteDraft>;
  earlier: Record<string, Earlier[]>;
  drafts: Record<string, string>;
  templates: Template[];
  quickReplies: QuickReply[];
  contacts: Contact[];
}

export function agent(id: string, name: string, change: Partial<Agent> = {}): Agent {
  return {
    id,
    name,
    role: 'agent',
    disabled: false,
    status: 'available',
    statusText: '',
    statusMs: 0,
    capacity: 100,
    ...change,
  };
}

const INES = agent('agent-ines', 'Inês Carvalho');
const RUI = agent('agent-rui', 'Rui Teixeira');
const TEAM = [
  INES,
  RUI,
  agent('agent-sofia', 'Sofia Almeida', { role: 'supervisor', status: 'away', statusText: 'Lunch' }),
  agent('agent-tomas', 'Tomás Brandão'),
  agent('agent-lena', 'Lena Vogel', { disabled: true }),
];
const LOADS: Load[] = [
  { agentId: 'agent-ines', points: 140, conversations: 7 },
  { agentId: 'agent-rui', points: 40, conversations: 2 },
  { agentId: 'agent-tomas', points: 100, conversations: 5 },
];

const QUICK: QuickReply[] = [
  {
    id: 'quick-hello-en',
    shared: true,
    shortcut: 'hello',
    title: 'Greeting',
    text: 'Hello {{contact.first_name}}, this is {{agent.first_name}}. How can I help?',
    language: 'en',
  },
  {
    id: 'quick-hello-pt',
    shared: true,
    shortcut: 'hello',
    title: 'Saudação',
    text: 'Olá {{contact.first_name}}, fala {{agent.first_name}}. Em que posso ajudar?',
    language: 'pt',
  },
  {
    id: 'quick-dates',
    shared: true,
    shortcut: 'dates',
    title: 'Confirm new dates',
    text: 'Your booking is now from {{from}} until {{to}}.',
    language: 'en',
  },
  { id: 'quick-own', shared: false, shortcut: 'lunch', title: '', text: 'Back at two.', language: '' },
];

const MEDIA_TABLE = [
  { kind: 'image', mime: ['image/jpeg', 'image/png'], maxBytes: 5 * 1024 * 1024, caption: true },
  { kind: 'video', mime: ['video/mp4', 'video/3gpp'], maxBytes: 16 * 1024 * 1024, caption: true },
  { kind: 'audio', mime: ['audio/ogg', 'audio/mpeg', 'audio/mp4'], maxBytes: 16 * 1024 * 1024, caption: false },
  { kind: 'document', mime: [], maxBytes: 100 * 1024 * 1024, caption: true },
];

function whatsapp(id: string, name: string, identification: string): Touchpoint {
  return {
    id,
    channel: 'whatsapp',
    name,
    identification,
    queueId: 'queue-bookings',
    windowMs: DAY,
    wrapUp: true,
    weight: 20,
    sticky: false,
    standardMs: 0,
    windowMostMs: DAY,
    templates: true,
    pausedReason: '',
    pausedMs: 0,
    accountId: 'account-1',
    formats: true,
    other: ['reaction', 'location', 'contacts', 'template'],
    health: [],
    textRunes: 4096,
    captionRunes: 1024,
    media: MEDIA_TABLE,
  };
}

const TOUCHPOINTS: Touchpoint[] = [
  whatsapp('tp-bookings', 'Ondaverde Bookings', '+44 7700 900014'),
  {
    ...whatsapp('tp-page', 'Ondaverde Travel', 'Page'),
    channel: 'messenger',
    windowMs: 7 * DAY,
    wrapUp: false,
    sticky: false,
    standardMs: DAY,
    windowMostMs: 7 * DAY,
    templates: false,
    accountId: '',
    formats: false,
    other: ['reaction'],
    textRunes: 2000,
    captionRunes: 0,
  },
  { ...whatsapp('tp-groups', 'Ondaverde Groups', '+44 7700 900022'), queueId: 'queue-groups' },
];

export const PICKED: Routing = { mode: 'pick', offerMs: 30_000, unansweredMs: 0, hours: '', zone: '', answer: '' };
const QUEUES: Queue[] = [
  { id: 'queue-bookings', name: 'Bookings', version: 1, agentIds: [], dispositionSetId: 'set-1', routing: PICKED },
  {
    id: 'queue-groups',
    name: 'Groups',
    version: 1,
    agentIds: ['agent-rui'],
    dispositionSetId: 'set-1',
    routing: PICKED,
  },
];

const TREE: Record<string, unknown> = {
  'Booking change': {
    Dates: ['Moved earlier', 'Moved later', 'Not possible', 'Customer decided not to'],
    Passengers: ['Added', 'Removed', 'Name corrected'],
    'Extras and tours': ['Tour added', 'Transfer added', 'Customer decided not to'],
  },
  'New booking': ['Confirmed', 'Offer sent'],
  Complaint: ['Refund', 'Voucher', 'Apology', 'Passed on', 'Not justified'],
};

function dispositions(): Disposition[] {
  const list: Disposition[] = [];
  const add = (name: string, parentId: string) => {
    const id = `d-${list.length + 1}`;
    list.push({ id, setId: 'set-1', parentId, name, hidden: false });
    return id;
  };
  const walk = (node: unknown, parentId: string) => {
    if (Array.isArray(node)) for (const name of node as string[]) add(name, parentId);
    else for (const [name, child] of Object.entries(node as Record<string, unknown>)) walk(child, add(name, parentId));
  };
  walk(TREE, '');
  return list;
}

function picture(shapes: string, width: number, height: number): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}">${shapes}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

const LAKES = picture(
  '<rect width="300" height="180" fill="#bfd9e6"/><circle cx="236" cy="40" r="15" fill="#f6e7b8"/><path d="M0 74c40-24 80-30 120-14s90 6 180-22v142H0z" fill="#7fa58c"/><path d="M0 98c50-18 96-16 150-4s104 0 150-16v102H0z" fill="#5c8a6b"/><path d="M20 122c46-14 112-14 150 2 12 6-8 14-30 16-50 6-116 0-126-8-5-4-2-8 6-10z" fill="#4d86a8"/><path d="M176 116c36-8 84-8 112 4 10 6-6 12-26 14-40 4-88-2-94-10-2-4 2-6 8-8z" fill="#5fa48b"/><path d="M0 150c70-10 130 4 180 2s90-10 120-6v34H0z" fill="#3f6a4c"/>',
  300,
  180,
);
const FACE = picture(
  '<path d="M52 8c26 0 42 17 42 40S78 92 52 92 10 71 10 48 26 8 52 8z" fill="#ffd98a"/><circle cx="38" cy="46" r="4.5" fill="#3a2b00"/><circle cx="66" cy="46" r="4.5" fill="#3a2b00"/><path d="M36 60c5 9 27 9 32 0z" fill="#3a2b00"/>',
  104,
  100,
);

export function media(change: Partial<Media>): Media {
  return {
    id: `media-${Math.random().toString(36).slice(2, 8)}`,
    url: '',
    state: 'ready',
    mime: 'application/octet-stream',
    fileName: '',
    sizeBytes: 0,
    reason: '',
    voice: false,
    width: 0,
    height: 0,
    thumbUrl: '',
    durationMs: 0,
    fetchUntilMs: 0,
    ...change,
  };
}

export function content(kind: string, text = '', change: Partial<Content> = {}): Content {
  return {
    kind,
    text,
    contacts: [],
    emoji: '',
    targetId: '',
    forwarded: false,
    rawKind: '',
    payload: '',
    forwardedOften: false,
    errorCode: 0,
    ...change,
  };
}

export function failure(reason: string, code: number, detail = '', change: Partial<Failure> = {}): Failure {
  return { class: reason, reason, code, subcode: 0, detail, limit: 0, actual: 0, as: '', ...change };
}

export function card(name: string, change: Partial<Card> = {}): Card {
  return {
    name,
    phones: [],
    emails: [],
    organisation: '',
    addresses: [],
    urls: [],
    birthday: '',
    origin: '',
    ...change,
  };
}

export function quote(of: Message): Quote {
  return {
    messageId: of.id,
    conversationId: of.conversationId,
    author: of.direction === 'out' ? of.agentName : '',
    out: of.direction === 'out',
    kind: of.content.kind,
    text: of.content.text,
  };
}

/** What the shell does with reactions, edits and deletions: it gives them to their messages, in whatever order they came. */
export function relate(messages: Message[]): Message[] {
  const lines = messages
    .filter((one) => one.content.targetId !== '')
    .sort((a, b) => a.sentMs - b.sentMs || a.no - b.no);
  return messages.map((one) => {
    const target = messages.find((other) => other.providerId !== '' && other.providerId === one.content.targetId);
    const about = target ? quote(target) : null;
    const related: Message = { ...one, about, reactions: [], edits: [], deletedMs: 0 };
    if (one.providerId === '') return related;
    for (const line of lines.filter((line) => line.content.targetId === one.providerId)) {
      const out = line.direction === 'out';
      if (line.content.kind === 'edit') related.edits.push({ text: line.content.text, atMs: line.sentMs });
      else if (line.content.kind === 'deletion') related.deletedMs = line.sentMs;
      else if (line.state !== 'failed' && line.state !== 'unconfirmed') {
        related.reactions = related.reactions.filter((other) => other.out !== out);
        const { emoji } = line.content;
        const pending = line.state === 'on_computer' || line.state === 'in_hub';
        if (emoji !== '') related.reactions.push({ emoji, out, agentName: line.agentName, atMs: line.sentMs, pending });
      }
    }
    return related;
  });
}

let serial = 0;

export function message(conversationId: string, change: Partial<Message>): Message {
  serial += 1;
  const id = change.id ?? `m-${String(serial).padStart(5, '0')}`;
  return {
    id,
    version: 1,
    conversationId,
    no: 0,
    direction: 'in',
    sentMs: 0,
    agentId: '',
    agentName: '',
    content: content('text'),
    state: '',
    acceptedMs: 0,
    deliveredMs: 0,
    readMs: 0,
    failedMs: 0,
    providerId: `wamid-${id}`,
    elsewhere: false,
    createdMs: change.sentMs ?? 0,
    waitUntilMs: 0,
    waitReason: '',
    attempt: 1,
    unconfirmedMs: 0,
    reactions: [],
    edits: [],
    deletedMs: 0,
    ...change,
  };
}

interface Spec {
  id: string;
  contact: Partial<Contact>;
  touchpoint: string;
  status?: Conversation['status'];
  unread?: number;
  draft?: string;
  /** Each line: minutes ago, side, what. */
  lines: [number, Line][];
  /** Minutes left of the window; negative is closed. Otherwise computed from the last message of the contact. */
  left?: number;
}

type Line =
  | { in: string | Content }
  | { out: string | Content; state?: Message['state']; by?: Agent; more?: Partial<Message> }
  | { event: string; by?: Agent };

const PREVIOUS: Quote = { messageId: 'previous', conversationId: '', author: '', out: false, kind: '', text: '' };

const inText = (text: string): Line => ({ in: text });
const outText = (text: string, state: Message['state'] = 'read', more: Partial<Message> = {}): Line => ({
  out: text,
  state,
  more,
});

function specs(): Spec[] {
  const voice = media({ url: 'fake:voice', mime: 'audio/ogg', voice: true, sizeBytes: 41_000 });
  return [
    {
      id: 'c-marta',
      contact: { name: 'Marta Figueiredo', number: '+44 7700 900273', email: 'marta.f@example.com', language: 'pt' },
      touchpoint: 'tp-bookings',
      lines: [
        [
          1240,
          inText(
            'Boa tarde! Temos reserva em São Miguel de 22 a 29 de junho, 2 adultos e 1 criança. Dá para juntar um dia nas Sete Cidades?',
          ),
        ],
        [
          1233,
          { out: 'Boa tarde, Marta! Claro que sim. Vejo a disponibilidade e digo-lhe amanhã.', state: 'read', by: RUI },
        ],
        [320, { event: 'sent_to_inbox', by: RUI }],
        [28, { event: 'assigned', by: INES }],
        [24, { in: content('audio', '', { media: voice }) }],
        [
          20,
          {
            out: content('document', 'Aqui está o programa do dia 24, com almoço incluído 🌿', {
              media: media({ fileName: 'Sete-Cidades_24-junho.pdf', mime: 'application/pdf', sizeBytes: 1_200_000 }),
            }),
            state: 'read',
          },
        ],
        [
          14,
          {
            in: content('image', 'É este o miradouro 😍', {
              media: media({ url: LAKES, mime: 'image/jpeg', width: 300, height: 180, sizeBytes: 210_000 }),
            }),
          },
        ],
        [13, { out: content('reaction', '', { emoji: '❤️', targetId: 'previous' }), state: 'read' }],
        [
          11,
          {
            out: 'É o da Boca do Inferno. Fica no percurso e paramos lá *30 minutos*.',
            state: 'delivered',
            more: { quote: PREVIOUS },
          },
        ],
        [5, inText('Perfeito, obrigada! 🙏 Pode enviar o link de pagamento?')],
      ],
    },
    {
      id: 'c-lucia',
      contact: { name: 'Lucía Ortega', number: '+44 7700 900444', language: 'es' },
      touchpoint: 'tp-bookings',
      unread: 2,
      left: 24,
      lines: [
        [1450, { event: 'assigned', by: INES }],
        [1440, outText('Hola Lucía, el traslado sale a las 09:35.')],
        [1418, inText('Gracias. Mi madre viaja en silla de ruedas.')],
        [1416, inText('¿Y la silla de ruedas va incluida?')],
      ],
    },
    {
      id: 'c-khalid',
      contact: { name: 'خالد المنصوري', number: '+44 7700 900777', language: 'ar' },
      touchpoint: 'tp-bookings',
      draft: 'هل أرسل لك التذاكر الجديدة على البريد؟',
      left: -3,
      lines: [
        [1470, inText('السلام عليكم، حجزنا رحلة جزر الأزور من 3 إلى 10 يوليو 🌋')],
        [1464, outText('وعليكم السلام أستاذ خالد، نعم الحجز مؤكد برقم OV-48213.')],
        [
          1450,
          { in: content('sticker', '', { media: media({ url: FACE, mime: 'image/webp', width: 104, height: 100 }) }) },
        ],
        [1443, inText('هل يمكن تغيير موعد الرحلة إلى 5 يوليو؟')],
        [1430, outText('سأتحقق مع شركة الطيران وأعود إليك.')],
        [
          2,
          outText('تم تغيير الموعد إلى 5 يوليو بدون رسوم.', 'failed', {
            failure: failure('window', 131047, 'Re-engagement message'),
            failedMs: 1,
          }),
        ],
      ],
    },
    {
      id: 'c-unknown',
      contact: { number: '+44 7700 900318', language: 'en' },
      touchpoint: 'tp-bookings',
      lines: [
        [3160, inText('Hi, is the Azores trip still open for 2? Also wondering about luggage.')],
        [3150, outText('Good morning! Yes, two places left on 22 June.')],
        [3149, outText('Hold luggage is 23 kg each, plus a small cabin bag.')],
        [3137, { in: content('audio', '', { media: { ...voice, id: 'media-voice-2' } }) }],
        [3137, inText('Sorry for the noise, I’m at the station')],
        [1330, inText('My partner has a cello 🎻 Does that count as luggage?')],
        [
          1325,
          {
            out: 'It travels as special luggage. The airline asks 48 hours’ notice and the case size.',
            state: 'read',
            more: { quote: PREVIOUS },
          },
        ],
        [
          1315,
          {
            in: content('document', '120 × 45 × 35 cm, here’s the label', {
              media: media({ fileName: 'cello-luggage-label.jpg', mime: 'image/jpeg', sizeBytes: 2_100_000 }),
            }),
          },
        ],
        [88, inText('Great, and the luggage allowance on the way back?')],
      ],
    },
    {
      id: 'c-tom',
      contact: { name: 'Tom Bradley', email: 'tom.b@example.com', language: 'en' },
      touchpoint: 'tp-page',
      lines: [
        [84, inText('Morning! The airline moved our flight to 18:40. Does the boat trip on Friday still work?')],
        [77, outText('Hi Tom, yes. I’ve moved it to 10:00 so you’re back by 15:00.')],
        [70, inText('Brilliant 🎉 Can you add my brother to the boat? Same room.')],
        [66, outText('Sure. What’s his full name as in the passport?', 'in_hub')],
        [
          60,
          outText('The boat has three seats left, so I’ve put a hold on one until 17:00.', 'on_computer', { no: 0 }),
        ],
      ],
    },
    {
      id: 'c-aicha',
      contact: { name: 'Aïcha Benali', language: 'fr' },
      touchpoint: 'tp-page',
      unread: 3,
      lines: [
        [170, inText('Bonjour !')],
        [165, inText('J’ai un doute sur le passeport de ma fille')],
        [
          160,
          {
            in: content('image', 'Voilà la photo du passeport', {
              media: media({ url: LAKES, mime: 'image/jpeg', width: 300, height: 420 }),
            }),
          },
        ],
      ],
    },
    {
      id: 'c-noah',
      contact: { name: 'Noah Lindqvist', language: 'sv' },
      touchpoint: 'tp-page',
      left: 72,
      lines: [
        [9900, outText('See you on Friday then.', 'unconfirmed', {})],
        [9890, inText('Tack! We’ll talk on Friday 👋')],
        [
          1500,
          outText('Friday at 10 works for us.', 'failed', {
            failure: failure('rate_number', 130429, '', { class: 'busy' }),
          }),
        ],
      ],
    },
    {
      id: 'c-long',
      contact: {
        name: 'Wolfeschlegelsteinhausenbergerdorff '.repeat(280),
        number: '+44 7700 900111',
        email: 'a-very-long-address-that-never-ends@example.com',
      },
      touchpoint: 'tp-bookings',
      lines: [
        [400, inText('a'.repeat(400))],
        [
          390,
          {
            in: content('location', '', {
              location: {
                latitude: 37.74,
                longitude: -25.67,
                name: 'Hotel Baía Verde',
                address: 'Rua do Cais 14, Ponta Delgada',
                url: '',
              },
            }),
          },
        ],
        [
          385,
          {
            in: content('contacts', '', {
              contacts: [
                card('Abuela Carmen', {
                  phones: ['+44 7700 900640'],
                  emails: ['carmen@example.com'],
                  organisation: 'Casa Carmen, Kitchen',
                  addresses: ['Rua do Cais 14, 9500 Ponta Delgada'],
                  birthday: '1951-03-02',
                }),
              ],
            }),
          },
        ],
        [380, { in: content('unsupported', '', { rawKind: 'poll' }) }],
        [
          375,
          {
            in: content('image', '', { media: media({ state: 'gone', mime: 'image/jpeg', width: 300, height: 200 }) }),
          },
        ],
        [
          370,
          {
            in: content('video', '', {
              media: media({ state: 'pending', mime: 'video/mp4', width: 320, height: 180 }),
            }),
          },
        ],
        [365, { in: content('answer', 'Yes, confirm') }],
        [
          360,
          {
            in: content('text', 'Saw your ad', {
              referral: {
                source: 'ad',
                url: 'https://example.com/azores',
                headline: 'Whales of the Azores',
                body: 'Three hours at sea',
                id: 'ad-1',
                ref: '',
                welcome: 'Hi! How can we help?',
              },
            }),
          },
        ],
        [
          355,
          outText(
            'Code is `OV-48377`, see https://pay.example.com/ov-48377 and ~old~ _new_ price:\n```2 × 45 €\n1 × 20 €```',
            'accepted',
          ),
        ],
      ],
    },
    {
      id: 'c-beatriz',
      contact: { name: 'Beatriz Nunes', language: 'pt' },
      touchpoint: 'tp-page',
      status: 'queued',
      unread: 1,
      lines: [[1146, inText('Olá, o voo mudou de hora?')]],
    },
    {
      id: 'c-french',
      contact: { number: '+33 6 39 98 41 07', language: 'fr' },
      touchpoint: 'tp-bookings',
      status: 'queued',
      unread: 1,
      lines: [[314, inText('Bonjour, je voudrais annuler ma réservation')]],
    },
    {
      id: 'c-diego',
      contact: { name: 'Diego Salvatierra', number: '+44 7700 900551', language: 'es' },
      touchpoint: 'tp-bookings',
      status: 'queued',
      unread: 4,
      lines: [
        [55, inText('¡Hola! Somos una pareja de Sevilla 👋')],
        [55, inText('¿Hay plazas para el avistamiento de ballenas el 12 de junio?')],
        [
          55,
          {
            out: '¡Hola! Gracias por escribir a Ondaverde. Le atenderemos en unos minutos.',
            state: 'delivered',
            more: { agentId: '', agentName: '' },
          },
        ],
        [
          50,
          {
            in: content('location', 'Nos alojamos aquí, por si hay recogida', {
              location: {
                latitude: 37.74,
                longitude: -25.67,
                name: 'Hotel Baía Verde',
                address: 'Rua do Cais 14, Ponta Delgada',
                url: '',
              },
            }),
          },
        ],
        [42, inText('Y una cosa más: mi mujer se marea mucho en barco 😅 ¿hay una opción más corta?')],
      ],
    },
    {
      id: 'c-ewa',
      contact: { name: 'Ewa Kowalczyk', language: 'pl' },
      touchpoint: 'tp-page',
      status: 'queued',
      unread: 1,
      lines: [
        [
          18,
          { in: content('image', '', { media: media({ url: LAKES, mime: 'image/jpeg', width: 300, height: 180 }) }) },
        ],
      ],
    },
    {
      id: 'c-layla',
      contact: { name: 'ليلى حداد', number: '+44 7700 900812', language: 'ar' },
      touchpoint: 'tp-groups',
      status: 'queued',
      unread: 1,
      lines: [[7, inText('مرحبا، نحن مجموعة من ١٢ شخصا')]],
    },
  ];
}

function build(spec: Spec, now: number): { conversation: Conversation; messages: Message[] } {
  const touchpoint = TOUCHPOINTS.find((candidate) => candidate.id === spec.touchpoint)!;
  const messages: Message[] = [];
  let no = 0;
  for (const [minutes, line] of spec.lines) {
    const sentMs = now - minutes * MINUTE;
    const before = messages.findLast((candidate) => candidate.content.kind !== 'reaction');
    no += 1;
    if ('event' in line) {
      messages.push(
        message(spec.id, {
          no,
          direction: 'event',
          sentMs,
          agentId: line.by?.id ?? '',
          agentName: line.by?.name ?? '',
          content: content(line.event),
          providerId: '',
        }),
      );
      continue;
    }
    const what = 'in' in line ? line.in : line.out;
    const body = typeof what === 'string' ? content('text', what) : what;
    if (body.targetId === 'previous') body.targetId = before?.providerId ?? '';
    if ('in' in line) {
      messages.push(message(spec.id, { no, sentMs, content: body }));
      continue;
    }
    const by = line.by ?? INES;
    const more = { ...line.more };
    if (more.quote?.messageId === 'previous') more.quote = before ? quote(before) : null;
    messages.push(
      message(spec.id, {
        no,
        direction: 'out',
        sentMs,
        agentId: by.id,
        agentName: by.name,
        content: body,
        state: line.state ?? 'read',
        ...more,
      }),
    );
  }
  const lastInbound = messages.findLast((candidate) => candidate.direction === 'in');
  const shown = messages.findLast(
    (candidate) => candidate.direction !== 'event' && candidate.content.kind !== 'reaction',
  );
  const answered = messages.findLastIndex((candidate) => candidate.direction === 'out' && candidate.agentId !== '');
  const unanswered = messages.slice(answered + 1).find((candidate) => candidate.direction === 'in');
  const mine = spec.status !== 'queued';
  const contact: Contact = {
    id: `contact-${spec.id}`,
    version: 1,
    name: '',
    number: '',
    email: '',
    username: '',
    pictureUrl: '',
    language: '',
    suggestedContactId: '',
    suggestedReason: '',
    mergedIntoId: '',
    ...spec.contact,
  };
  const conversation: Conversation = {
    id: spec.id,
    version: 1,
    contact,
    touchpointId: touchpoint.id,
    queueId: touchpoint.queueId,
    status: spec.status ?? 'assigned',
    assigneeId: mine ? INES.id : '',
    assignedMs: mine ? now - 28 * MINUTE : 0,
    openedMs: messages[0]!.sentMs,
    lastMessageMs: shown?.sentMs ?? 0,
    preview: shown?.content.text.slice(0, 160) ?? '',
    lastKind: shown?.content.kind ?? '',
    lastDirection: shown?.direction ?? '',
    lastState: shown?.state ?? '',
    unread: spec.unread ?? 0,
    waitingSinceMs: unanswered?.sentMs ?? 0,
    windowUntilMs:
      spec.left === undefined ? (lastInbound?.sentMs ?? 0) + touchpoint.windowMs : now + spec.left * MINUTE,
    windowReason: 'message',
    lastInboundMs: lastInbound?.sentMs ?? 0,
    dispositionId: '',
    endedMs: 0,
    closedMs: 0,
    troubled: messages.filter((candidate) => candidate.state === 'failed' || candidate.state === 'unconfirmed').length,
    draft: spec.draft ?? '',
    pending: '',
    lastNo: no,
    restMs: 0,
    lastInboundId: '',
    weight: 20,
    transferredBy: '',
    offeredTo: '',
    offerUntilMs: 0,
    here: [],
    transferredMs: 0,
  };
  return { conversation, messages };
}

export function template(name: string, body: string, change: Partial<Template> = {}): Template {
  return {
    id: `template-${name}`,
    version: 1,
    name,
    language: 'en',
    category: 'UTILITY',
    status: 'APPROVED',
    reason: '',
    headerFormat: '',
    headerText: '',
    body,
    footer: '',
    buttons: [],
    headerVariables: [],
    bodyVariables: [...new Set([...body.matchAll(/\{\{\s*([^{}\s]+)\s*\}\}/g)].map((found) => found[1]!))],
    gone: false,
    ...change,
  };
}

const TEMPLATES: Template[] = [
  template(
    'booking_changed',
    'Hello {{1}}, your booking {{2}} was changed to {{3}}. Reply to this message if that does not suit you.',
    {
      footer: 'Ondaverde Travel',
      buttons: [
        { type: 'QUICK_REPLY', text: 'That suits me', url: '', variable: false },
        { type: 'URL', text: 'See booking', url: 'https://example.com/b/{{1}}', variable: true },
      ],
    },
  ),
  template('documents_ready', 'Dear {{name}}, your documents are ready.', {
    headerFormat: 'DOCUMENT',
    language: 'en_GB',
  }),
  template('lembrete', 'Olá {{1}}, a sua viagem é no dia {{2}}.', {
    language: 'pt_PT',
    headerFormat: 'TEXT',
    headerText: 'A sua viagem',
  }),
  template('summer_offer', '20 % off in July for you, {{1}}.', { status: 'PAUSED', category: 'MARKETING' }),
];

export function fakeData(now: number): FakeData {
  const built = specs().map((spec) => {
    const one = build(spec, now);
    return { ...one, messages: relate(one.messages) };
  });
  return {
    me: INES,
    agents: TEAM,
    loads: LOADS,
    quickReplies: QUICK,
    touchpoints: TOUCHPOINTS,
    queues: QUEUES,
    dispositions: dispositions(),
    conversations: built.map((one) => one.conversation),
    messages: built.flatMap((one) => one.messages),
    noteDrafts: {},
    notes: [
      {
        id: 'note-1',
        conversationId: 'c-marta',
        agentId: RUI.id,
        agentName: RUI.name,
        text: 'Asked Azul Tours for the 24th. Waiting on the child price.',
        createdMs: now - 1228 * MINUTE,
        editedMs: 0,
        editedById: '',
        editedByName: '',
        pending: false,
        before: [],
      },
    ],
    earlier: {
      'contact-c-diego': [
        {
          id: 'c-old',
          touchpointId: 'tp-bookings',
          openedMs: now - 80 * DAY,
          closedMs: now - 79 * DAY,
          assigneeName: RUI.name,
          dispositionPath: 'New booking › Confirmed',
          preview: 'Furnas day trip, 2 people.',
        },
      ],
      'contact-c-marta': [
        {
          id: 'c-old-2',
          touchpointId: 'tp-bookings',
          openedMs: now - 60 * DAY,
          closedMs: now - 59 * DAY,
          assigneeName: INES.name,
          dispositionPath: 'New booking › Offer sent',
          preview: 'Três noites em Ponta Delgada',
        },
      ],
    },
    templates: TEMPLATES,
    contacts: built.map((one) => one.conversation.contact),
    drafts: Object.fromEntries(
      specs()
        .filter((spec) => spec.draft)
        .map((spec) => [spec.id, spec.draft!]),
    ),
  };
}
