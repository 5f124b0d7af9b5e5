// Before first paint: the theme that was shown last, so that a dark window does not flash white.
document.documentElement.dataset.theme = (function () {
  var theme = null;
  try {
    theme = localStorage.getItem('parley-theme');
  } catch (_) {
    // No storage: the system decides.
  }
  if (theme === 'light' || theme === 'dark') return theme;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
})();
