import { m } from './paraglide/messages.js';

/** What a person can do about a failure. */
export type Next = '' | 'copy' | 'again' | 'attach' | 'edit' | 'check' | 'template' | 'wait' | 'admin' | 'take';

interface Explanation {
  words(inputs: { channel: string }): string;
  next: Next;
}

/** The words and the one next action of every reason; the keys are those of backend/channel/reason.go. */
export const REASONS: Record<string, Explanation> = {
  token_expired: { words: m.reason_token_expired, next: 'admin' },
  token_missing: { words: m.reason_token_missing, next: 'admin' },
  permission: { words: m.reason_permission, next: 'admin' },
  number_gone: { words: m.reason_number_gone, next: 'admin' },
  not_registered: { words: m.reason_not_registered, next: 'admin' },
  account_blocked: { words: m.reason_account_blocked, next: 'admin' },
  country: { words: m.reason_country, next: 'admin' },
  payment: { words: m.reason_payment, next: 'admin' },
  page_restricted: { words: m.reason_page_restricted, next: 'admin' },
  app_not_live: { words: m.reason_app_not_live, next: 'admin' },
  rate_number: { words: m.reason_rate_number, next: 'again' },
  rate_calls: { words: m.reason_rate_calls, next: 'again' },
  upgrading: { words: m.reason_upgrading, next: 'again' },
  meta_busy: { words: m.reason_meta_busy, next: 'again' },
  abuse_warning: { words: m.reason_abuse_warning, next: 'admin' },
  pair_rate: { words: m.reason_pair_rate, next: 'again' },
  spam: { words: m.reason_spam, next: 'wait' },
  ecosystem: { words: m.reason_ecosystem, next: 'wait' },
  experiment: { words: m.reason_experiment, next: 'copy' },
  opted_out: { words: m.reason_opted_out, next: 'copy' },
  window: { words: m.reason_window, next: 'template' },
  window_or_person: { words: m.reason_window_or_person, next: 'wait' },
  person_or_window: { words: m.reason_person_or_window, next: 'wait' },
  undeliverable: { words: m.reason_undeliverable, next: 'copy' },
  unavailable: { words: m.reason_unavailable, next: 'copy' },
  unknown_person: { words: m.reason_unknown_person, next: 'copy' },
  own_number: { words: m.reason_own_number, next: 'copy' },
  blocked_by_us: { words: m.reason_blocked_by_us, next: 'admin' },
  test_list: { words: m.reason_test_list, next: 'admin' },
  needs_number: { words: m.reason_needs_number, next: 'copy' },
  refused_content: { words: m.reason_refused_content, next: 'edit' },
  unsupported_kind: { words: m.reason_unsupported_kind, next: 'copy' },
  tag: { words: m.reason_tag, next: 'admin' },
  text_empty: { words: m.reason_text_empty, next: 'edit' },
  text_too_long: { words: m.reason_text_too_long, next: 'edit' },
  caption_too_long: { words: m.reason_caption_too_long, next: 'edit' },
  no_caption: { words: m.reason_no_caption, next: 'edit' },
  file_refused: { words: m.reason_file_refused, next: 'attach' },
  file_not_loaded: { words: m.reason_file_not_loaded, next: 'attach' },
  file_mismatch: { words: m.reason_file_mismatch, next: 'attach' },
  file_too_large: { words: m.reason_file_too_large, next: 'attach' },
  file_slow: { words: m.reason_file_slow, next: 'attach' },
  file_not_ours: { words: m.reason_file_not_ours, next: 'attach' },
  file_missing: { words: m.reason_file_missing, next: 'attach' },
  file_type: { words: m.reason_file_type, next: 'attach' },
  template_values: { words: m.reason_template_values, next: 'edit' },
  template_missing: { words: m.reason_template_missing, next: 'template' },
  template_too_long: { words: m.reason_template_too_long, next: 'edit' },
  template_policy: { words: m.reason_template_policy, next: 'template' },
  template_paused: { words: m.reason_template_paused, next: 'template' },
  template_disabled: { words: m.reason_template_disabled, next: 'template' },
  template_form: { words: m.reason_template_form, next: 'template' },
  other_app: { words: m.reason_other_app, next: 'take' },
  automation: { words: m.reason_automation, next: 'wait' },
  unconfirmed: { words: m.reason_unconfirmed, next: 'check' },
  sent_anyway: { words: m.reason_sent_anyway, next: 'check' },
  network: { words: m.reason_network, next: 'again' },
  meta_error: { words: m.reason_meta_error, next: 'again' },
  no_profile: { words: m.reason_no_profile, next: '' },
  unknown: { words: m.reason_unknown, next: 'again' },
};

/** What is said when nothing but the class is known. */
const CLASSES: Record<string, string> = {
  token: 'token_expired',
  account: 'account_blocked',
  busy: 'meta_busy',
  pair: 'pair_rate',
  spam: 'ecosystem',
  window: 'window',
  recipient: 'unavailable',
  content: 'refused_content',
  media: 'file_refused',
  template: 'template_missing',
  thread: 'other_app',
  unconfirmed: 'unconfirmed',
  network: 'network',
  unknown: 'unknown',
};

/** What a failure means, by its reason, or else by its class. */
export function explain(failure: { reason: string; class: string }): Explanation {
  return REASONS[failure.reason] ?? REASONS[CLASSES[failure.class] ?? ''] ?? REASONS.unknown!;
}
