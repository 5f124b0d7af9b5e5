package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Cost of a password hash: argon2id, 19 MiB, two passes, one lane (OWASP Password Storage, argon2id).
const (
	argonMemoryKiB = 19 * 1024
	argonPasses    = 2
	argonLanes     = 1
	argonKeyBytes  = 32
)

// MinPassword is the shortest password that is taken, in characters.
const MinPassword = 10

// ErrPasswordShort says that a password is too short.
var ErrPasswordShort = fmt.Errorf("a password needs at least %d characters", MinPassword)

// hashing bounds how many hashes run at once: each takes 19 MiB and a core.
var hashing = make(chan struct{}, runtime.NumCPU())

func derive(ctx context.Context, password string, salt []byte, memory uint32, passes uint32, lanes uint8, n uint32) ([]byte, error) {
	select {
	case hashing <- struct{}{}:
		defer func() { <-hashing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(password), salt, passes, memory, lanes, n), nil
}

// HashPassword returns a password's hash in PHC form.
func HashPassword(ctx context.Context, password string) (string, error) {
	if len([]rune(password)) < MinPassword {
		return "", ErrPasswordShort
	}
	salt := make([]byte, 16)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("make salt: %w", err)
	}
	key, err := derive(ctx, password, salt, argonMemoryKiB, argonPasses, argonLanes, argonKeyBytes)
	if err != nil {
		return "", err
	}
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemoryKiB, argonPasses, argonLanes, encode(salt), encode(key)), nil
}

// CheckPassword reports whether a password belongs to a hash. An empty hash fits nothing, and takes as long.
func CheckPassword(ctx context.Context, hash, password string) (bool, error) {
	if hash == "" {
		_, err := derive(ctx, password, make([]byte, 16), argonMemoryKiB, argonPasses, argonLanes, argonKeyBytes)
		return false, err
	}
	var version int
	var memory, passes uint32
	var lanes uint8
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, errors.New("check password: the stored hash is damaged")
	}
	_, err1 := fmt.Sscanf(parts[2], "v=%d", &version)
	_, err2 := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &lanes)
	salt, err3 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err4 := base64.RawStdEncoding.DecodeString(parts[5])
	if err := errors.Join(err1, err2, err3, err4); err != nil || version != argon2.Version || passes == 0 || lanes == 0 || len(want) < argonKeyBytes {
		return false, errors.New("check password: the stored hash is damaged")
	}
	got, err := derive(ctx, password, salt, memory, passes, lanes, uint32(len(want)))
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}
