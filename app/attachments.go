package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/pkg/browser"

	"parley/app/dto"
	"parley/backend/desk"
)

// Attachments are files on their way out, and files that came in.
type Attachments struct{ app *App }

// Pick lets the agent choose files in the system's dialogue and takes copies of them.
func (f *Attachments) Pick(conversationID string) ([]dto.Attachment, error) {
	return answer(f.app, "pick files", func(ctx context.Context) ([]dto.Attachment, error) {
		paths, err := f.app.surface().ChooseFiles()
		if err != nil {
			return nil, fmt.Errorf("choose files: %w", err)
		}
		return f.app.addPaths(ctx, conversationID, paths)
	})
}

// AddPaths takes copies of files.
func (f *Attachments) AddPaths(conversationID string, paths []string) ([]dto.Attachment, error) {
	return answer(f.app, "add files", func(ctx context.Context) ([]dto.Attachment, error) {
		return f.app.addPaths(ctx, conversationID, paths)
	})
}

func (a *App) addPaths(ctx context.Context, conversationID string, paths []string) ([]dto.Attachment, error) {
	added := []dto.Attachment{}
	for _, path := range paths {
		offer, err := a.desk().AddPath(ctx, conversationID, path)
		if err != nil {
			return nil, err
		}
		added = append(added, toAttachment(offer))
	}
	return added, nil
}

// Remove forgets an attachment that was not sent.
func (f *Attachments) Remove(id string) error {
	return do(f.app, "remove attachment", func(ctx context.Context) error { return f.app.desk().RemoveAttachment(ctx, id) })
}

// SaveAs saves a file where the agent chooses, and returns where; "" when they chose nothing.
func (f *Attachments) SaveAs(mediaID string) (string, error) {
	return answer(f.app, "save file", func(ctx context.Context) (string, error) {
		file, err := f.app.desk().NamedFile(ctx, mediaID)
		if err != nil {
			return "", err
		}
		path, err := f.app.surface().ChooseTarget(file.Name)
		if err != nil || path == "" {
			return "", err
		}
		return path, saveMarked(file, path)
	})
}

// Again wants a file once more that the hub could not get from Meta; news come as an event of its message.
func (f *Attachments) Again(mediaID string) error {
	return do(f.app, "want file again", func(ctx context.Context) error { return f.app.desk().MediaAgain(ctx, mediaID) })
}

// Progress says how far a file has come on its way here.
func (f *Attachments) Progress(mediaID string) (dto.Progress, error) {
	return answer(f.app, "read progress", func(context.Context) (dto.Progress, error) {
		p := f.app.desk().Progress(mediaID)
		return dto.Progress{Running: p.Running, Done: p.Done, Total: p.Total}, nil
	})
}

// Cancel stops a download, or the upload of a message's file: what was to be sent is a draft again. What has come is kept,
// so that another attempt goes on from there.
func (f *Attachments) Cancel(mediaID string) error {
	return do(f.app, "call file off", func(context.Context) error {
		f.app.desk().CallOff(mediaID)
		return nil
	})
}

// dangerous are the endings that a system runs instead of showing. Such files can be saved, not opened from here.
var dangerous = map[string]bool{
	".exe": true, ".com": true, ".bat": true, ".cmd": true, ".msi": true, ".scr": true, ".pif": true, ".ps1": true, ".vbs": true,
	".vbe": true, ".js": true, ".jse": true, ".wsf": true, ".wsh": true, ".hta": true, ".lnk": true, ".reg": true, ".cpl": true,
	".jar": true, ".app": true, ".command": true, ".sh": true, ".desktop": true, ".appimage": true, ".deb": true, ".rpm": true,
	".jnlp": true, ".msc": true, ".chm": true, ".xll": true, ".msix": true, ".appx": true, ".inf": true, ".iso": true, ".img": true, ".vhd": true,
	".dmg": true, ".pkg": true, ".workflow": true, ".html": true, ".htm": true, ".svg": true, ".xhtml": true, ".url": true, ".scf": true,
}

// Open opens a copy of a file with the system's program for it. Programs and pages are refused as "dangerous".
func (f *Attachments) Open(mediaID string) error {
	return do(f.app, "open file", func(ctx context.Context) error {
		file, err := f.app.desk().NamedFile(ctx, mediaID)
		if err != nil {
			return err
		}
		ending := strings.ToLower(filepath.Ext(file.Name))
		if dangerous[ending] || strings.Contains(file.MIME, "html") || strings.Contains(file.MIME, "executable") {
			return &Failure{Code: "dangerous", Message: "this kind of file is not opened from here", Details: map[string]any{"ending": ending}}
		}
		folder := filepath.Join(f.app.options.Dirs.Cache, openedFolder, mediaID)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return fmt.Errorf("make folder: %w", err)
		}
		path := filepath.Join(folder, file.Name)
		if err := saveMarked(file, path); err != nil {
			return err
		}
		if err := browser.OpenFile(path); err != nil {
			return fmt.Errorf("open with the system's program: %w", err)
		}
		return nil
	})
}

// saveMarked copies a file and marks the copy as coming from the internet, as the system's browser does.
func saveMarked(file desk.File, path string) error {
	source, err := os.Open(file.Path)
	if err != nil {
		return fmt.Errorf("read file: %w", err)
	}
	defer source.Close()
	target, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write file: %w", err)
	}
	if _, err := io.Copy(target, source); err != nil {
		return fmt.Errorf("write file: %w", errors.Join(err, target.Close()))
	}
	if err := target.Close(); err != nil {
		return fmt.Errorf("write file: %w", err)
	}
	return markInternet(path)
}
