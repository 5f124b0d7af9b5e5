package access_test

import (
	"bytes"
	"os"
	"slices"
	"testing"

	"parley/backend/hub/access"
	hubv1 "parley/backend/proto/parley/hub/v1"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// beforeSignIn are the calls of who is nobody yet.
var beforeSignIn = []string{"Hello", "SignIn", "ExchangeCode", "FindInvitation", "AcceptInvitation"}

// Every call and every command of the contract has a line in the table, and the table has no others but those that are no
// calls.
func TestTableKnowsTheContract(t *testing.T) {
	want := []access.Action{access.ActionRead, access.ActionReadFile, access.ActionUpload, access.ActionFetchFileMore, access.ActionExportContact}
	protoregistry.GlobalFiles.RangeFilesByPackage("parley.hub.v1", func(file protoreflect.FileDescriptor) bool {
		for i := range file.Services().Len() {
			methods := file.Services().Get(i).Methods()
			for n := range methods.Len() {
				if name := string(methods.Get(n).Name()); !slices.Contains(beforeSignIn, name) {
					want = append(want, access.ActionOf(name))
				}
			}
		}
		return true
	})
	commands := (&hubv1.Command{}).ProtoReflect().Descriptor().Oneofs().ByName("action").Fields()
	for n := range commands.Len() {
		want = append(want, access.Action(commands.Get(n).Name()))
	}
	slices.Sort(want)
	if got := access.Actions(); !slices.Equal(got, want) {
		t.Errorf("the table has\n%v\nand the contract\n%v", got, want)
	}
}

// What holds for every line, whatever it says: nothing for who has no role, more for who leads, and nothing foreign for agents.
func TestTable(t *testing.T) {
	for _, action := range access.Actions() {
		for _, relation := range access.Relations {
			for _, nobody := range []string{"", "Admin", "owner"} {
				if access.May(nobody, action, relation) {
					t.Errorf("%q may %s what is %s", nobody, action, relation)
				}
			}
			agent, supervisor, admin := access.May("agent", action, relation), access.May("supervisor", action, relation), access.May("admin", action, relation)
			if agent && !supervisor || supervisor && !admin {
				t.Errorf("%s of what is %s: agent %v, supervisor %v, admin %v", action, relation, agent, supervisor, admin)
			}
			if agent && (relation == access.Foreign || relation == access.Shared) {
				t.Errorf("an agent may %s what is %s", action, relation)
			}
		}
		for _, role := range []string{"supervisor", "admin"} { // they see everything: all queues are theirs
			if access.May(role, action, access.Queue) != access.May(role, action, access.Foreign) {
				t.Errorf("%s is told apart for a %s who sees everything", action, role)
			}
		}
	}
	for _, none := range []access.Action{"", "fly"} {
		if access.MayAtAll("admin", none) {
			t.Errorf("an admin may %q", none)
		}
	}
}

func TestTableIsPrinted(t *testing.T) {
	var printed bytes.Buffer
	access.PrintTable(&printed)
	const file = "RIGHTS.md"
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, printed.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if kept, err := os.ReadFile(file); err != nil || !bytes.Equal(kept, printed.Bytes()) {
		t.Errorf("%s is not what the table says (UPDATE=1 prints it again): %v", file, err)
	}
}

// Every line of the table says which scope of a key it needs, or is for people alone: their own session, and keys, of which none makes
// another. A person's session needs none.
func TestReach(t *testing.T) {
	personal := []access.Action{"sign_out", "list_sessions", "end_session", "change_password", "list_keys", "add_key", "revoke_key"}
	for _, action := range access.Actions() {
		if !(access.Actor{}).Reaches(action) {
			t.Errorf("a person's session does not reach %s", action)
		}
		want, holders := 1, 0
		switch {
		case slices.Contains(personal, action):
			want = 0
		case action == "me" || action == "execute":
			want = len(access.KeyScopes)
		}
		for _, scope := range access.KeyScopes {
			if (access.Actor{KeyScopes: scope}).Reaches(action) {
				holders++
			}
		}
		if holders != want {
			t.Errorf("%d scopes reach %s", holders, action)
		}
	}
	for _, none := range []string{"", "READ", "read ", "any"} {
		if (access.Actor{KeyScopes: "x," + none}).Reaches("snapshot") {
			t.Errorf("the scope %q reads", none)
		}
	}
}
