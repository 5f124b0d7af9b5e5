import type { Component } from 'svelte';
import type { IconName } from '../../lib/ui/icons';
import { m } from '../../lib/paraglide/messages.js';

/** A part of the workspace that can be set up. This table is all that the page knows of it. */
export interface Section {
  id: string;
  text: () => string;
  icon: IconName;
  /** Supervisors may look, too. */
  supervisors?: boolean;
  show: () => Promise<{ default: Component }>;
}

export const SECTIONS: readonly Section[] = [
  { id: 'people', text: m.people_title, icon: 'people', show: () => import('./People.svelte') },
  { id: 'queues', text: m.queues_title, icon: 'inbox', show: () => import('./Queues.svelte') },
  { id: 'channels', text: m.channels_title, icon: 'hub', supervisors: true, show: () => import('./Channels.svelte') },
  { id: 'labels', text: m.labels_title, icon: 'check', show: () => import('./Dispositions.svelte') },
  { id: 'quick', text: m.quick_title, icon: 'bolt', supervisors: true, show: () => import('./QuickReplies.svelte') },
  { id: 'keys', text: m.keys_title, icon: 'lock', show: () => import('./ApiKeys.svelte') },
  { id: 'hooks', text: m.hooks_title, icon: 'send', show: () => import('./Webhooks.svelte') },
  { id: 'letters', text: m.letters_title, icon: 'file', show: () => import('./DeadLetters.svelte') },
  { id: 'keeping', text: m.keeping_title, icon: 'hourglass', show: () => import('./Keeping.svelte') },
  { id: 'audit', text: m.audit_title, icon: 'shield', show: () => import('./Audit.svelte') },
];

/** What a role may see of them. */
export function sectionsOf(role: string): readonly Section[] {
  return SECTIONS.filter((section) => role === 'admin' || (role === 'supervisor' && section.supervisors));
}
