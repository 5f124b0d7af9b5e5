package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	goruntime "runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/runtime"

	"parley/app/badge"
	"parley/app/dto"
	"parley/app/notify"
	"parley/app/settings"
	"parley/app/tray"
	"parley/app/window"
	"parley/app/words"
	"parley/backend/desk"
	"parley/backend/desk/clock"
	"parley/backend/desk/secrets"
	"parley/backend/desk/signin"
)

// App is one window over one workspace at a time, or over the page that asks for one.
type App struct {
	options  Options
	log      *slog.Logger
	settings *settings.Store
	secrets  *secrets.Keeper
	client   *http.Client // finds hubs and signs in
	stream   *stream
	notices  *notify.Worker
	badge    *badge.Badge
	tray     *tray.Tray
	landing  landing
	shown    chan struct{} // closed once the page shows its lists
	show     func()        // closes shown

	work    context.Context // of everything that runs; ends with the window
	stop    context.CancelFunc
	serving sync.WaitGroup

	changing   sync.Mutex                         // one change of the workspace at a time
	gate       sync.RWMutex                       // held while the desk is used; a workspace closes when nobody does
	current    atomic.Pointer[session]            // nil on the welcome page
	welcome    atomic.Pointer[place]              // what the welcome page knows
	signing    atomic.Pointer[context.CancelFunc] // calls off what waits for the browser
	invitation atomic.Pointer[signin.Invitation]  // of a link; nil for none

	mu     sync.Mutex
	page   Surface // nil before there is one, and after
	counts desk.Counts
	says   *words.Words // in the page's language
	leaves bool         // the window is not only to be hidden
}

// shutdownLimit is how long closing waits for what is under way. Everything is on the disk by then; a system's
// notification service that does not answer must not keep a window open.
const shutdownLimit = 5 * time.Second

// New opens the workspace that was open last. Run shows the window.
func New(ctx context.Context, o Options) (*App, error) {
	a := &App{options: o, log: o.Log, shown: make(chan struct{}), says: words.In("")}
	a.show = sync.OnceFunc(func() { close(a.shown) })
	if a.log == nil {
		a.log = slog.Default()
	}
	var err error
	if a.settings, err = settings.Open(o.Dirs.Config); err != nil {
		return nil, err
	}
	a.work, a.stop = context.WithCancel(context.WithoutCancel(ctx))
	a.stream = newStream(clock.System, a.emit)
	a.badge = badge.New()
	a.tray = tray.New(o.Icon, a.trayState)
	a.notices = notify.NewWorker(notify.Options{
		Log: a.log, Delivered: a.delivered,
		Start:         func() (notify.Notifier, error) { return a.surface().Notifier(a.words, a.responded) },
		HealthChanged: func() { a.stream.publish(dto.Event{Kind: dto.EventHealth}) },
	})
	a.notices.SetCompatible(a.settings.Get().Alerts.Compatible)
	a.secrets, a.client = secrets.New(filepath.Join(o.Dirs.Config, tokensFolder)), signin.Client()
	a.openLinks(o.Links)
	if err := a.openLast(ctx); err != nil {
		a.stop()
		return nil, err
	}
	return a, nil
}

// openLast opens the workspace that was open last; none where there was none.
func (a *App) openLast(ctx context.Context) error {
	p := place{}
	if a.options.Hub.BaseURL == "" {
		var err error
		if p, err = lastPlace(a.options.Dirs); err != nil {
			return err
		}
		if p.Kind == placeWelcome && a.options.StartPractice {
			p.Kind = placePractice
		}
		if err := p.wipeOthers(a.options.Dirs); err != nil {
			a.log.Error("Not everything could be removed", "error", err)
		}
		if p.Kind == placeWelcome {
			a.welcome.Store(&p)
			return nil
		}
	}
	s, err := a.open(ctx, p)
	if err != nil {
		return err
	}
	a.current.Store(s)
	if all, err := s.desk.Workspace(ctx); err != nil || all.Me.Id == "" {
		a.show() // the first start: the lists are not here, but at the hub
	}
	return nil
}

// Close ends all work and closes the workspace. Run does it; it is for those who never came to Run.
func (a *App) Close() error {
	a.stop()
	ended := make(chan struct{})
	go func() {
		a.serving.Wait()
		a.changing.Lock() // for good
		close(ended)
	}()
	select {
	case <-ended:
		if s := a.current.Load(); s != nil {
			return s.close()
		}
		return nil
	case <-time.After(shutdownLimit):
		return fmt.Errorf("close window: work did not end within %v", shutdownLimit)
	}
}

// startup begins the work once Wails is there.
func (a *App) startup(ctx context.Context) {
	a.appear(wailsWindow{ctx: ctx, icon: a.options.Icon})
	a.begin("tray", func() { a.serveTray(func() { runtime.Quit(ctx) }) })
}

// appear begins the work for a page that is shown on a surface.
func (a *App) appear(on Surface) {
	a.mu.Lock()
	a.page = on
	a.mu.Unlock()
	if s := a.current.Load(); s != nil {
		a.serve(s)
	}
	a.begin("events", func() { a.stream.serve(a.work) })
	a.begin("notifications", func() { a.notices.Serve(a.work) })
	a.begin("badge", func() {
		a.badge.Serve(a.work, func(err error) { a.log.Info("Icon shows no number", "error", err) })
	})
}

// beginLatest is when the work behind the window begins although the page has not said that it shows its lists.
const beginLatest = 2 * time.Second

// pageShown waits until the page shows its lists, which are in the cache: until then it has the processors for itself.
// It returns false when the window closes before.
func (a *App) pageShown() bool {
	select {
	case <-a.shown:
	case <-time.After(beginLatest):
	case <-a.work.Done():
		return false
	}
	return true
}

// begin runs a piece of work that Close waits for. A panic ends that piece only.
func (a *App) begin(name string, work func()) {
	a.serving.Go(func() {
		defer func() {
			if value := recover(); value != nil {
				a.log.Error("Work panicked", "work", name, "panic", fmt.Sprint(value), "stack", string(debug.Stack()))
			}
		}()
		work()
	})
}

// domReady shows the window where it was. It returns at once: on Linux this hook runs on the goroutine that carries all
// messages of the page (Wails 2.16.0).
func (a *App) domReady(ctx context.Context) {
	a.begin("show window", func() {
		if err := window.Restore(ctx, a.options.Dirs.Config); err != nil {
			a.log.Warn("Window was not put back", "error", err)
		}
		a.mu.Lock()
		unread := a.counts.Unread
		a.mu.Unlock()
		window.SetUnread(ctx, unread)
		if a.options.Minimised {
			window.Minimise(ctx)
		}
	})
}

// beforeClose remembers the window's place, and hides it where the person can have it back from the tray. Nothing else is
// to be saved: drafts are on the disk as they are typed.
func (a *App) beforeClose(ctx context.Context) (prevent bool) {
	if err := window.Keep(ctx, a.options.Dirs.Config); err != nil {
		a.log.Warn("Window's place was not kept", "error", err)
	}
	if !a.staysInTray() {
		return false
	}
	window.Hide(ctx)
	a.use(func(_ context.Context, d *desk.Desk) {
		d.SetOpen("", false)
		d.SetFocus("")
	})
	return true
}

func (a *App) shutdown(context.Context) {
	a.mu.Lock()
	a.page = nil
	a.mu.Unlock()
	if err := a.Close(); err != nil {
		a.log.Error("Parley did not close properly", "error", err)
	}
}

// secondInstance raises this window when Parley is started again, and goes where a link leads with which it was.
func (a *App) secondInstance(again options.SecondInstanceData) {
	a.raise()
	a.openLinks(again.Args)
}

func (a *App) raise() {
	if page := a.surface(); page != nil {
		page.Raise()
	}
}

// context is that of bound methods: it ends with the workspace.
func (a *App) context() context.Context {
	if s := a.current.Load(); s != nil {
		return s.work
	}
	return a.work
}

// surface is what shows the page, nil while nothing does.
func (a *App) surface() Surface {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.page
}

// words are those of the language that the page speaks.
func (a *App) words() *words.Words {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.says
}

// speak changes the language of what the system shows.
func (a *App) speak(language string) {
	a.mu.Lock()
	a.says = words.In(language)
	a.mu.Unlock()
	a.tray.Wake()
	if page := a.surface(); page != nil {
		page.Speak(language)
	}
}

func (a *App) emit(events []dto.Event) {
	if page := a.surface(); page != nil {
		page.Emit(events)
	}
}

func (a *App) applySettings(s dto.Settings) {
	a.notices.SetCompatible(s.Alerts.Compatible)
	a.tray.Wake()
	a.use(func(_ context.Context, d *desk.Desk) { a.applySettingsTo(d, s) })
}

func (a *App) applySettingsTo(d *desk.Desk, s dto.Settings) {
	d.SetMediaBudget(a.work, int64(s.MediaMB)<<20)
	d.SetAlertPrefs(alertPrefs(s))
}

// media puts the media handler in front of the page's files.
func (a *App) media(next http.Handler) http.Handler { return &mediaHandler{app: a, next: next} }

// platform is the system that the page runs on.
func platform() string { return goruntime.GOOS }
