package media

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// unusedFor is how long a file that nobody refers to stays where it is, and then set aside. It is longer than any
// upload or download may take from its bytes to its row.
const unusedFor = 24 * time.Hour

// Sweeper forgets files that no row refers to: of uploads whose row never came, or whose row has gone.
//
// It is safe against a file that is being taken in meanwhile, on any hub, without locks. Keeping a file makes it young
// before its row is written. A file that is old and unused is set aside, where readers still find it; only when it has
// been there for a day and is still unused it is deleted. A row that was written in between, after the look and before
// the move, is found by the next sweep, which takes the file back. A crash leaves a file in one of the two places.
//
// Files belong to one database. Whoever sweeps first owns them, and nobody else sweeps them: two databases that share a
// folder or a bucket by mistake, or a copy of a database, would otherwise delete each other's files.
type Sweeper struct {
	Store *store.Store
	Blobs Blobs
	// Now is the clock of the stores of files, time.Now: not the hub's, which practice moves.
	Now func() time.Time
	Log *slog.Logger
}

// swept is what a sweep has done.
type swept struct{ setAside, takenBack, forgotten int }

// Sweep looks at every file once.
func (s *Sweeper) Sweep(ctx context.Context) error {
	workspaces, err := s.Store.Read().Workspaces(ctx)
	if err != nil {
		return fmt.Errorf("sweep files: %w", err)
	}
	if ours, err := s.ours(ctx, workspaces); err != nil || !ours {
		return err
	}
	before := s.Now().Add(-unusedFor)
	if err := s.Blobs.Tidy(ctx, before); err != nil {
		return err
	}
	var done swept
	for shard := range 256 {
		if err := s.shard(ctx, shard, workspaces, before, &done); err != nil {
			return fmt.Errorf("sweep files: %w", err)
		}
	}
	if done != (swept{}) {
		s.Log.Info("Swept files", "setAside", done.setAside, "takenBack", done.takenBack, "forgotten", done.forgotten)
	}
	return nil
}

// ours reports whether the files belong to this database. One that was restored has another epoch.
func (s *Sweeper) ours(ctx context.Context, workspaces []db.Workspace) (bool, error) {
	if len(workspaces) == 0 {
		return false, nil
	}
	head, err := s.Store.Read().Head(ctx, workspaces[0].ID)
	if err != nil {
		return false, fmt.Errorf("sweep files: %w", err)
	}
	claim := workspaces[0].ID + " " + head.Epoch
	owner, err := s.Blobs.Owner(ctx, claim)
	if err != nil {
		return false, err
	}
	if owner != claim {
		s.Log.Warn("Files are not swept: they belong to another database. If they are this one's, remove the file named owner beside them", "owner", owner)
	}
	return owner == claim, nil
}

// shard sweeps the files whose hash begins with one byte, so that no more than a 256th of all is held in memory.
func (s *Sweeper) shard(ctx context.Context, shard int, workspaces []db.Workspace, before time.Time, done *swept) error {
	digits := fmt.Sprintf("%02x", shard)
	var old, aside []Kept
	if err := s.Blobs.List(ctx, digits, false, func(k Kept) error {
		if k.Since.Before(before) {
			old = append(old, k)
		}
		return nil
	}); err != nil {
		return err
	}
	if err := s.Blobs.List(ctx, digits, true, func(k Kept) error {
		aside = append(aside, k)
		return nil
	}); err != nil {
		return err
	}
	if len(old)+len(aside) == 0 {
		return nil
	}
	used, err := s.used(ctx, shard, workspaces) // after the look at the files
	if err != nil {
		return err
	}
	for _, k := range old {
		if !used[k.Sum] {
			if err := s.Blobs.SetAside(ctx, k.Sum); err != nil {
				return err
			}
			done.setAside++
		}
	}
	for _, k := range aside {
		switch {
		case used[k.Sum]:
			if err := s.Blobs.TakeBack(ctx, k.Sum); err != nil {
				return err
			}
			done.takenBack++
		case k.Since.Before(before):
			if err := s.Blobs.Forget(ctx, k.Sum); err != nil {
				return err
			}
			done.forgotten++
		}
	}
	return nil
}

// used returns the hashes of a shard that rows refer to.
func (s *Sweeper) used(ctx context.Context, shard int, workspaces []db.Workspace) (map[string]bool, error) {
	first, after := fmt.Sprintf("%02x", shard), fmt.Sprintf("%02x", shard+1)
	if shard == 255 {
		after = "g" // behind every hex digit
	}
	used := map[string]bool{}
	for _, w := range workspaces {
		sums, err := s.Store.Read().BlobsInUse(ctx, db.BlobsInUseParams{WorkspaceID: w.ID, First: first, After: after})
		if err != nil {
			return nil, err
		}
		for _, sum := range sums {
			used[sum] = true
		}
	}
	return used, nil
}
