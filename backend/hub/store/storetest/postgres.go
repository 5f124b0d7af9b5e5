//go:build !windows

// Package storetest gives tests both engines: a fresh SQLite file, and a fresh database of a real PostgreSQL
// server that the test binary starts in a temporary folder and stops at its end.
package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the "pgx" driver
)

var (
	server   *postgres
	database atomic.Int64
)

// Main runs the tests of a package that needs PostgreSQL, and cleans up. Call it from TestMain.
func Main(m *testing.M, cleanUp ...func()) {
	code := m.Run()
	for _, clean := range cleanUp {
		clean()
	}
	if server != nil {
		server.stop()
	}
	os.Exit(code)
}

// PostgresURL returns the address of a new, empty database.
func PostgresURL(t testing.TB) string {
	t.Helper()
	s, err := running()
	if err != nil {
		t.Fatalf("PostgreSQL is needed for this test (make setup installs it): %v", err)
	}
	name := "parley_" + strconv.FormatInt(database.Add(1), 10)
	if err := s.create(name); err != nil {
		t.Fatalf("create database: %v", err)
	}
	return s.url(name)
}

// Start starts a server outside of a test and returns the address of an empty database. stop ends it.
func Start() (address string, stop func(), err error) {
	s, err := running()
	if err != nil {
		return "", nil, err
	}
	name := "parley_" + strconv.FormatInt(database.Add(1), 10)
	if err := s.create(name); err != nil {
		return "", nil, fmt.Errorf("create database: %w", err)
	}
	return s.url(name), func() {
		start <- struct{}{}
		defer func() { <-start }()
		s.stop()
		if server == s {
			server = nil // the next one is started anew
		}
	}, nil
}

var start = make(chan struct{}, 1)

func running() (*postgres, error) {
	start <- struct{}{}
	defer func() { <-start }()
	if server != nil {
		return server, nil
	}
	s, err := startPostgres()
	if err != nil {
		return nil, err
	}
	server = s
	return s, nil
}

// Server is a PostgreSQL server of one test's own, which may be crashed.
type Server struct {
	URL string // of an empty database
	p   *postgres
}

// StartServer starts a server that ends with the test.
func StartServer(t testing.TB) *Server {
	t.Helper()
	p, err := startPostgres()
	if err != nil {
		t.Fatalf("PostgreSQL is needed for this test (make setup installs it): %v", err)
	}
	t.Cleanup(p.stop)
	if err := p.create("parley"); err != nil {
		t.Fatalf("create database: %v", err)
	}
	return &Server{URL: p.url("parley"), p: p}
}

// Crash ends the server as a crash would: nothing is finished, nobody is told. What was committed is found by Restart.
func (s *Server) Crash() error {
	stop := exec.Command(filepath.Join(s.p.bin, "pg_ctl"), "stop", "-D", filepath.Join(s.p.folder, "data"), "-m", "immediate")
	stop.SysProcAttr, stop.Dir = s.p.account, s.p.folder
	out, err := stop.CombinedOutput()
	<-s.p.exited
	if err != nil {
		return fmt.Errorf("pg_ctl stop: %w\n%s", err, out)
	}
	return nil
}

// Restart starts a crashed server again, at its old address, and waits until it answers.
func (s *Server) Restart() error { return s.p.start() }

type postgres struct {
	folder  string
	bin     string // where the server's programs are
	account *syscall.SysProcAttr
	process *exec.Cmd
	exited  chan error
	port    int
}

func (p *postgres) url(name string) string {
	return fmt.Sprintf("postgres://parley@127.0.0.1:%d/%s?sslmode=disable", p.port, name)
}

func (p *postgres) create(name string) error {
	admin, err := sql.Open("pgx", p.url("postgres"))
	if err != nil {
		return err
	}
	defer admin.Close()
	_, err = admin.Exec("CREATE DATABASE " + name)
	return err
}

func (p *postgres) stop() {
	_ = p.process.Process.Signal(syscall.SIGINT) // fast shutdown
	select {
	case <-p.exited:
	case <-time.After(10 * time.Second):
		_ = p.process.Process.Kill()
	}
	_ = os.RemoveAll(p.folder)
}

func startPostgres() (*postgres, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "parley-postgres-")
	if err != nil {
		return nil, err
	}
	attributes, err := ordinaryUser(folder)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(folder, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "parley", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	initdb.SysProcAttr, initdb.Dir = attributes, folder
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	p := &postgres{folder: folder, bin: bin, account: attributes, port: port}
	return p, p.start()
}

func (p *postgres) start() error {
	p.exited = make(chan error, 1)
	p.process = exec.Command(filepath.Join(p.bin, "postgres"), "-D", filepath.Join(p.folder, "data"), "-p", strconv.Itoa(p.port), "-k", p.folder,
		"-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200", "-c", "shared_buffers=128MB")
	p.process.SysProcAttr, p.process.Dir = p.account, p.folder
	started := make(chan error, 1)
	go func() {
		// The kernel ends the server when the thread that started it ends, so this one stays.
		runtime.LockOSThread()
		err := p.process.Start()
		started <- err
		if err == nil {
			p.exited <- p.process.Wait()
		}
	}()
	if err := <-started; err != nil {
		return err
	}
	return p.wait()
}

func (p *postgres) wait() error {
	db, err := sql.Open("pgx", p.url("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		err := db.PingContext(ctx)
		if err == nil {
			return nil
		}
		select {
		case exit := <-p.exited:
			return fmt.Errorf("postgres ended: %w", exit)
		case <-ctx.Done():
			return fmt.Errorf("postgres did not answer: %w", err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// binaries finds the server's programs, which distributions keep off the PATH.
func binaries() (string, error) {
	if initdb, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(initdb), nil
	}
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin/initdb", "/usr/pgsql-*/bin/initdb", "/opt/homebrew/opt/postgresql*/bin/initdb", "/usr/local/opt/postgresql*/bin/initdb"} {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return filepath.Dir(found[len(found)-1]), nil
		}
	}
	return "", errors.New("initdb was not found")
}

// ordinaryUser is who the server runs as: it refuses to run as root.
func ordinaryUser(folder string) (*syscall.SysProcAttr, error) {
	attributes := endWithParent()
	if os.Getuid() != 0 {
		return attributes, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		account, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.Atoi(account.Uid)
		gid, _ := strconv.Atoi(account.Gid)
		if err := os.Chown(folder, uid, gid); err != nil {
			return nil, err
		}
		attributes.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		return attributes, nil
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no other account")
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
