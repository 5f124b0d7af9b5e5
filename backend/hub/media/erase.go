package media

import (
	"context"
	"fmt"

	"parley/backend/hub/store/db"
)

// PutAside is the first step of forgetting files at once, as an erasure wants it, and not when they are a day old: those that
// no row of any workspace refers to are set aside, where readers still find them. ForgetAside is the second. Between the two has
// to lie what a file takes at most from its bytes to its row: whoever takes in the same content meanwhile makes it a file like
// any other, and whoever had done so just before has written their row by then.
func (s *Sweeper) PutAside(ctx context.Context, sums []string) error {
	return s.unused(ctx, sums, s.Blobs.SetAside, nil)
}

// ForgetAside forgets files that PutAside has set aside. Those that have come into use since are taken back.
func (s *Sweeper) ForgetAside(ctx context.Context, sums []string) error {
	return s.unused(ctx, sums, s.Blobs.Forget, s.Blobs.TakeBack)
}

// unused does something with each file that no row refers to, and something else with the others.
func (s *Sweeper) unused(ctx context.Context, sums []string, do, otherwise func(context.Context, string) error) error {
	workspaces, err := s.Store.Read().Workspaces(ctx)
	if err != nil {
		return fmt.Errorf("forget files: %w", err)
	}
	if ours, err := s.ours(ctx, workspaces); err != nil || !ours {
		return err
	}
	for _, sum := range sums {
		if err := CheckSum(sum); err != nil {
			continue // announced by Meta and never fetched
		}
		used, err := s.isUsed(ctx, sum, workspaces)
		if err == nil && !used {
			err = do(ctx, sum)
		} else if err == nil && otherwise != nil {
			err = otherwise(ctx, sum)
		}
		if err != nil {
			return fmt.Errorf("forget files: %w", err)
		}
	}
	return nil
}

func (s *Sweeper) isUsed(ctx context.Context, sum string, workspaces []db.Workspace) (bool, error) {
	for _, w := range workspaces {
		rows, err := s.Store.Read().BlobsInUse(ctx, db.BlobsInUseParams{WorkspaceID: w.ID, First: sum, After: sum + "0"})
		if err != nil || len(rows) > 0 {
			return true, err
		}
	}
	return false, nil
}
