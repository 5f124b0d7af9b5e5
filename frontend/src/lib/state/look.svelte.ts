import type { SettingsStore } from './workspace.svelte';

/** How wide the panels are now: as the settings say, and while an edge is dragged as it is dragged. */
export class Look {
  readonly #settings: SettingsStore;
  #dragged = $state.raw<Partial<Record<Panel, number>>>({});

  constructor(settings: SettingsStore) {
    this.#settings = settings;
  }

  /** The width of a panel in pixels; 0 as the design has it. */
  width(panel: Panel): number {
    return this.#dragged[panel] ?? this.#settings.value[SETTING[panel]];
  }

  drag(panel: Panel, width: number): void {
    this.#dragged = { ...this.#dragged, [panel]: width };
  }

  rest(): void {
    this.#dragged = {};
  }
}

export type Panel = 'list' | 'side';

export const SETTING = { list: 'listWidth', side: 'sideWidth' } as const;

/** How narrow and how wide a panel may be, in pixels. */
export const WIDTHS = { list: { min: 240, max: 480 }, side: { min: 260, max: 520 } } as const;
