package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"
)

// password reads a password from the environment, from a prompt on a terminal, or from one line of standard input.
func (c *call) password(variable string) (string, error) {
	if password := os.Getenv(variable); password != "" {
		return password, nil
	}
	if file, ok := c.stdin.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		fmt.Fprint(c.stderr, "Password: ")
		text, err := term.ReadPassword(int(file.Fd()))
		fmt.Fprintln(c.stderr)
		if err != nil {
			return "", fmt.Errorf("the password could not be read: %w", err)
		}
		return string(text), nil
	}
	line, _ := bufio.NewReader(c.stdin).ReadString('\n')
	if line = strings.TrimRight(line, "\r\n"); line != "" {
		return line, nil
	}
	return "", fmt.Errorf("a password is needed: set %s, or run this on a terminal", variable)
}
