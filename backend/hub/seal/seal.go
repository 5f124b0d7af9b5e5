// Package seal encrypts Meta's tokens and secrets at rest, with a key that lies beside the data (SQLite) or is
// handed to every hub (PostgreSQL). A sealed value opens only for the purpose it was sealed for.
package seal

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Sealer seals and opens values. Its methods may run at the same time.
type Sealer struct{ primitive tink.AEAD }

// ErrKeyMissing says that the key file is not there although sealed values exist.
var ErrKeyMissing = errors.New("the hub's key file is missing")

// Load reads the key file, or makes a new one (readable by its owner only) when there is none and create is set.
func Load(file string, create bool) (*Sealer, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		if !create {
			return nil, fmt.Errorf("%w: %s", ErrKeyMissing, file)
		}
		return generate(file)
	}
	if err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(text)))
	if err != nil {
		return nil, fmt.Errorf("the key file %s is not a key of this hub", file)
	}
	return fromHandle(handle)
}

func generate(file string) (*Sealer, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	var text bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&text)); err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, fmt.Errorf("write key file: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(file), ".key-*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("write key file: %w", err)
	}
	defer func() { _ = os.Remove(f.Name()) }() // there is a link to it by then, or it is of no use
	_, err = f.Write(text.Bytes())
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("write key file: %w", err)
	}
	// A link appears with the whole key or not at all, and never over another: of two hubs that start at the same
	// moment one has made it.
	if err := os.Link(f.Name(), file); errors.Is(err, fs.ErrExist) {
		return Load(file, false)
	} else if err != nil {
		return nil, fmt.Errorf("write key file: %w", err)
	}
	return fromHandle(handle)
}

func fromHandle(handle *keyset.Handle) (*Sealer, error) {
	primitive, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("use key: %w", err)
	}
	return &Sealer{primitive}, nil
}

// Seal encrypts a value for a purpose, such as "touchpoint/<id>/token". The empty value stays empty.
func (s *Sealer) Seal(value, purpose string) (string, error) {
	if value == "" {
		return "", nil
	}
	sealed, err := s.primitive.Encrypt([]byte(value), []byte(purpose))
	if err != nil {
		return "", fmt.Errorf("seal %s: %w", purpose, err)
	}
	return base64.StdEncoding.EncodeToString(sealed), nil
}

// Open decrypts what Seal made for the same purpose.
func (s *Sealer) Open(sealed, purpose string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	raw, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		return "", fmt.Errorf("open %s: %w", purpose, err)
	}
	value, err := s.primitive.Decrypt(raw, []byte(purpose))
	if err != nil {
		return "", fmt.Errorf("open %s: the hub's key does not fit", purpose)
	}
	return string(value), nil
}
