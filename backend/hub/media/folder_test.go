package media_test

import (
	"testing"

	"parley/backend/hub/media"
	"parley/backend/hub/media/blobtest"
)

func TestFolder_is_a_store(t *testing.T) {
	t.Parallel()
	blobtest.Run(t, func(t *testing.T) media.Blobs {
		f, err := media.OpenFolder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		return f
	})
}
