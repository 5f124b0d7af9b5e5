import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

// Stores are tested without a DOM, but compiled as in the page: their runes must be the reactive ones. Components are
// tested in the system's Chromium, over the fake shell.
export default defineConfig({
  plugins: [svelte()],
  resolve: { conditions: ['browser'] },
  optimizeDeps: {
    include: ['axe-core', 'vitest-browser-svelte', 'virtua/svelte', 'emoji-picker-element/picker'],
  },
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['src/**/*.test.ts'], environment: 'node', env: { TZ: 'UTC' } },
      },
      {
        extends: true,
        test: {
          name: 'components',
          include: ['components/*.spec.ts'],
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            viewport: { width: 1280, height: 800 },
            provider: playwright({
              launchOptions: {
                executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
                // Chromium's own sandbox does not work for root, in containers; what it shows is ours.
                args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
              },
              contextOptions: { locale: 'en-GB', timezoneId: 'UTC', reducedMotion: 'reduce' },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
