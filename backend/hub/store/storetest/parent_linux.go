package storetest

import "syscall"

// endWithParent stops the server when the test binary is killed.
func endWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGINT} }
