import { defineConfig } from '@playwright/test';

// The page as it is shipped, in the system's Chromium, each test over a practice hub of its own (build/headless).
export default defineConfig({
  testDir: 'e2e',
  outputDir: '../artifacts/page',
  timeout: 120_000,
  expect: { timeout: 20_000 },
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  reporter: [['list']],
  use: {
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'Europe/Lisbon',
    contextOptions: { reducedMotion: 'reduce' },
    trace: process.env.TRACE ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      // Chromium's own sandbox does not work for root, in containers; what it shows is ours.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
});
