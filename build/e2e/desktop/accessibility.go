//go:build linux

package desktop

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"github.com/godbus/dbus/v5"
)

// Interfaces of AT-SPI, by which screen readers read programs.
const (
	busLauncher      = "/usr/libexec/at-spi-bus-launcher"
	atspiAccessible  = "org.a11y.atspi.Accessible"
	atspiRoot        = "/org/a11y/atspi/accessible/root"
	atspiRegistry    = "org.a11y.atspi.Registry"
	accessibilityBus = "org.a11y.Bus"
)

// roles that tests look for, by AtspiRole's numbers: the page has no names for them.
var roles = map[uint32]string{
	23: "frame", 37: "tab", 43: "button", 73: "paragraph", 75: "application", 79: "entry", 83: "heading", 85: "section",
	95: "document", 109: "article", 110: "landmark", 111: "log",
}

// Node is one thing that a screen reader finds in a program.
type Node struct {
	Role, Name string
	Children   []Node
}

// Find returns the nodes of a role whose name begins with a text.
func (n Node) Find(role, name string) (found []Node) {
	if n.Role == role && strings.HasPrefix(n.Name, name) {
		found = append(found, n)
	}
	for _, child := range n.Children {
		found = append(found, child.Find(role, name)...)
	}
	return found
}

// String draws the tree, for whoever looks for what is missing.
func (n Node) String() string {
	var b strings.Builder
	n.draw(&b, "")
	return b.String()
}

func (n Node) draw(b *strings.Builder, indent string) {
	fmt.Fprintf(b, "%s%s %q\n", indent, n.Role, n.Name)
	for _, child := range n.Children {
		child.draw(b, indent+"  ")
	}
}

// startAccessibility starts what stands between programs and screen readers, and says that a screen reader runs.
func (d *Desktop) startAccessibility(ctx context.Context) error {
	if !d.options.Accessible {
		return nil
	}
	if err := d.start(exec.Command(busLauncher, "--launch-immediately"), "at-spi-bus-launcher"); err != nil {
		return err
	}
	session, err := dbus.Connect(d.bus)
	if err != nil {
		return fmt.Errorf("reach session bus: %w", err)
	}
	defer session.Close()
	status := session.Object(accessibilityBus, "/org/a11y/bus")
	return await(ctx, "the accessibility bus", func() bool {
		return errors.Join(
			status.SetProperty("org.a11y.Status.IsEnabled", dbus.MakeVariant(true)),
			status.SetProperty("org.a11y.Status.ScreenReaderEnabled", dbus.MakeVariant(true))) == nil
	})
}

// Accessible reads what a screen reader finds in a program whose name begins with a text.
func (d *Desktop) Accessible(ctx context.Context, program string) (Node, error) {
	bus, err := d.accessibilityBus(ctx)
	if err != nil {
		return Node{}, err
	}
	defer bus.Close()
	programs, err := children(ctx, bus.Object(atspiRegistry, atspiRoot))
	if err != nil {
		return Node{}, fmt.Errorf("list programs: %w", err)
	}
	for _, one := range programs {
		object := bus.Object(one.Bus, one.Path)
		if name, err := object.GetProperty(atspiAccessible + ".Name"); err == nil && strings.HasPrefix(strings.ToLower(name.String()), `"`+program) {
			return read(ctx, bus, object)
		}
	}
	return Node{}, fmt.Errorf("no program that is called %s among %d", program, len(programs))
}

func (d *Desktop) accessibilityBus(ctx context.Context) (*dbus.Conn, error) {
	session, err := dbus.Connect(d.bus)
	if err != nil {
		return nil, fmt.Errorf("reach session bus: %w", err)
	}
	defer session.Close()
	var address string
	if err := session.Object(accessibilityBus, "/org/a11y/bus").CallWithContext(ctx, "org.a11y.Bus.GetAddress", 0).Store(&address); err != nil {
		return nil, fmt.Errorf("ask for the accessibility bus: %w", err)
	}
	return dbus.Connect(address)
}

// reference is how one program names an object of its own or another one's.
type reference struct {
	Bus  string
	Path dbus.ObjectPath
}

// children asks for each child by its place: GetChildren leaves out what another process shows, which is the page.
func children(ctx context.Context, of dbus.BusObject) (all []reference, err error) {
	count, err := of.GetProperty(atspiAccessible + ".ChildCount")
	if err != nil {
		return nil, err
	}
	many, _ := count.Value().(int32)
	for i := range many {
		var one reference
		if err := of.CallWithContext(ctx, atspiAccessible+".GetChildAtIndex", 0, i).Store(&one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

func read(ctx context.Context, bus *dbus.Conn, object dbus.BusObject) (n Node, err error) {
	var role uint32
	if err := object.CallWithContext(ctx, atspiAccessible+".GetRole", 0).Store(&role); err != nil {
		return n, err
	}
	if n.Role = roles[role]; n.Role == "" {
		n.Role = fmt.Sprint("role ", role)
	}
	if name, err := object.GetProperty(atspiAccessible + ".Name"); err == nil {
		n.Name, _ = name.Value().(string)
	}
	below, err := children(ctx, object)
	if err != nil {
		return n, err
	}
	for _, one := range below {
		child, err := read(ctx, bus, bus.Object(one.Bus, one.Path))
		if ctx.Err() != nil {
			return n, ctx.Err()
		}
		if err != nil { // it has gone meanwhile
			child = Node{Role: "gone", Name: err.Error()}
		}
		n.Children = append(n.Children, child)
	}
	return n, nil
}
