package rules

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"
)

// stopsWithin is how long a hub may take to stop: it finishes calls for 10 s and sends its last traces for 3 s. Whoever runs it must
// not kill it before (cmd/parley-hub, stopTimeout and flushTimeout).
const stopsWithin = 13 * time.Second

// composeFile is what of the Compose specification our file uses. What is not here is a typing mistake, or needs a line.
type composeFile struct {
	Services map[string]composeService
	Volumes  map[string]struct{}
}

type composeService struct {
	Image       string
	Build       struct{ Context, Dockerfile string }
	Restart     string
	Command     []string
	Environment map[string]string
	Volumes     []string
	Ports       []string
	Healthcheck struct {
		Test     []string
		Interval time.Duration
	}
	DependsOn       dependsOn     `yaml:"depends_on"`
	StopGracePeriod time.Duration `yaml:"stop_grace_period"`
	ReadOnly        bool          `yaml:"read_only"`
	Tmpfs           []string
	CapDrop         []string `yaml:"cap_drop"`
	SecurityOpt     []string `yaml:"security_opt"`
}

// dependsOn is a list of services, or for each what is waited for.
type dependsOn map[string]struct{ Condition string }

func (d *dependsOn) UnmarshalYAML(node *yaml.Node) error {
	*d = dependsOn{}
	if node.Kind == yaml.SequenceNode {
		for _, one := range node.Content {
			(*d)[one.Value] = struct{ Condition string }{"service_started"}
		}
		return nil
	}
	return node.Decode((*map[string]struct{ Condition string })(d))
}

// The compose file can be read, and names only files, volumes, services, settings and flags that there are.
func TestComposeFile(t *testing.T) {
	const folder = "../compose"
	text := read(t, filepath.Join(folder, "compose.yaml"))
	var c composeFile
	decoder := yaml.NewDecoder(strings.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&c); err != nil {
		t.Fatal(err)
	}
	proxy := read(t, filepath.Join(folder, "Caddyfile"))
	hubs := 0
	for name, s := range c.Services {
		if (s.Image == "") == (s.Build.Dockerfile == "") || s.Restart != "always" {
			t.Errorf("%s has an image or is built, and is started again: %+v", name, s)
		}
		for other, wait := range s.DependsOn {
			on, known := c.Services[other]
			if !known || wait.Condition == "service_healthy" && len(on.Healthcheck.Test) == 0 || !slices.Contains([]string{"service_started", "service_healthy"}, wait.Condition) {
				t.Errorf("%s waits for %s to be %q", name, other, wait.Condition)
			}
		}
		for _, volume := range s.Volumes {
			from, to, _ := strings.Cut(volume, ":")
			_, named := c.Volumes[from]
			if _, err := os.Stat(filepath.Join(folder, from)); !strings.HasPrefix(to, "/") || !named && err != nil {
				t.Errorf("%s mounts %s, which is neither a volume nor a file", name, volume)
			}
		}
		if s.Build.Dockerfile == "" {
			continue
		}
		hubs++
		if _, err := os.Stat(filepath.Join(folder, s.Build.Context, s.Build.Dockerfile)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if s.StopGracePeriod < stopsWithin {
			t.Errorf("%s is killed after %s", name, s.StopGracePeriod)
		}
		isCommand(t, s.Command)
		source := read(t, "../../backend/cmd/parley-hub/place.go")
		for setting, value := range s.Environment {
			if !strings.Contains(source, `os.Getenv("`+setting+`")`) {
				t.Errorf("%s has the setting %s, which no hub reads", name, setting)
			}
			if strings.HasPrefix(value, "/") && !slices.ContainsFunc(s.Volumes, func(v string) bool { return strings.HasPrefix(value, v[strings.Index(v, ":")+1:]+"/") }) {
				t.Errorf("%s keeps %s in %s, which goes with the container", name, setting, value)
			}
		}
		if !strings.Contains(proxy, name+":8480") {
			t.Errorf("the proxy does not know %s", name)
		}
	}
	if hubs < 2 {
		t.Errorf("%d hubs; the file is for several", hubs)
	}
}

// isCommand checks a hub's command line against its flags.
func isCommand(t *testing.T, words []string) {
	t.Helper()
	if len(words) == 0 || words[0] != "serve" {
		t.Errorf("it runs %v", words)
		return
	}
	source := read(t, "../../backend/cmd/parley-hub/serve.go") + read(t, "../../backend/cmd/parley-hub/place.go")
	for _, word := range words[1:] {
		if flag, is := strings.CutPrefix(word, "--"); is && !strings.Contains(source, `"`+flag+`", `) {
			t.Errorf("it runs %v: there is no flag --%s", words, flag)
		}
	}
}

// The image is built by a compiler that is new enough, of folders that are there.
func TestImage(t *testing.T) {
	image := read(t, "../compose/Dockerfile")
	built := regexp.MustCompile(`FROM golang:([0-9.]+)-`).FindStringSubmatch(image)
	asked := regexp.MustCompile(`(?m)^go ([0-9]+\.[0-9]+)`).FindStringSubmatch(read(t, "../../go.mod"))
	if built == nil || asked == nil || built[1] != asked[1] {
		t.Errorf("the image is built with %v, go.mod asks for %v", built, asked)
	}
	for _, line := range regexp.MustCompile(`(?m)^COPY ([a-z].*)$`).FindAllStringSubmatch(image, -1) {
		words := strings.Fields(line[1])
		for _, from := range words[:len(words)-1] {
			if _, err := os.Stat(filepath.Join("../..", from)); err != nil {
				t.Error(err)
			}
		}
	}
}

// systemd takes the unit as it is, gives it the time that it needs to stop, and finds it well fenced in.
func TestUnit(t *testing.T) {
	const unit = "../linux/parley-hub.service"
	text := read(t, unit)
	setting := func(name string) string {
		found := regexp.MustCompile(`(?m)^` + name + `=(.*)$`).FindStringSubmatch(text)
		if found == nil {
			t.Fatalf("the unit has no %s", name)
		}
		return found[1]
	}
	command := strings.Fields(setting("ExecStart"))
	isCommand(t, command[1:])
	if seconds, err := time.ParseDuration(setting("TimeoutStopSec") + "s"); err != nil || seconds < stopsWithin {
		t.Errorf("it is killed after %s", seconds)
	}
	if setting("Restart") != "always" || setting("DynamicUser") != "yes" || "/var/lib/"+setting("StateDirectory") != command[slices.Index(command, "--data")+1] {
		t.Error("a hub is started again, has a user of its own, and writes to its own folder only")
	}
	tool, err := exec.LookPath("systemd-analyze")
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("no systemd here: the unit is read, and not verified")
	}
	// Everything but that the program is installed.
	file := filepath.Join(t.TempDir(), "parley-hub.service")
	if err := os.WriteFile(file, []byte(strings.Replace(text, command[0], "/bin/true", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command(tool, "verify", file).CombinedOutput(); err != nil || len(bytes.TrimSpace(said)) > 0 {
		t.Errorf("systemd does not take the unit: %v\n%s", err, said)
	}
	// 10 is open, 0 is shut. What is left is that it uses the network.
	if said, err := exec.Command(tool, "security", "--offline=true", "--threshold=20", file).CombinedOutput(); err != nil {
		t.Errorf("systemd thinks it open: %v\n%s", err, said)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
