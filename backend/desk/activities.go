package desk

import (
	"context"
	"fmt"

	"parley/backend/activity"
	"parley/backend/desk/cache"
	"parley/backend/desk/sync"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Activities is a page of what happened around a contact, newest first.
type Activities struct {
	List     []Activity
	Complete bool // there are no older ones
	Offline  bool // the hub could not be asked: only what is on this computer is told
}

// Activity is one thing that happened.
type Activity struct {
	*hubv1.Activity
	AgentName       string
	DispositionPath string
}

// Activities asks the hub what happened around a contact, or, when it does not answer, this computer's cache. The request is
// the contract's.
func (d *Desk) Activities(ctx context.Context, r *hubv1.ListActivitiesRequest) (page Activities, err error) {
	var told *hubv1.ActivityPage
	if d.sync.Connection().State == sync.Live {
		if told, err = d.hub.ListActivities(ctx, r); err != nil {
			d.log.InfoContext(ctx, "Activities come from the cache", "error", err)
		}
	}
	err = d.cache.View(ctx, func(reader cache.Reader) error {
		if page.Offline = told == nil; page.Offline {
			if told, err = d.activitiesHere(ctx, reader, r); err != nil {
				return err
			}
		}
		names, err := reader.AgentNames(ctx)
		if err != nil {
			return err
		}
		config, err := reader.Config(ctx)
		if err != nil {
			return err
		}
		for _, a := range told.GetActivities() {
			page.List = append(page.List, Activity{
				Activity: a, AgentName: names[a.GetAgentId()], DispositionPath: dispositionPath(config.Dispositions, a.GetDispositionId()),
			})
		}
		page.Complete = told.GetComplete()
		return nil
	})
	return page, err
}

// activitiesHere puts together what the cache knows.
func (d *Desk) activitiesHere(ctx context.Context, r cache.Reader, request *hubv1.ListActivitiesRequest) (*hubv1.ActivityPage, error) {
	var all activity.List
	conversations, err := r.ContactConversations(ctx, request.GetContactId())
	if err != nil {
		return nil, err
	}
	for _, c := range conversations {
		all.Conversation(c, d.HubNowMs())
		events, err := r.Events(ctx, c.GetId())
		if err != nil {
			return nil, err
		}
		for _, line := range events {
			all.Event(line, c)
		}
		notes, err := r.Notes(ctx, c.GetId())
		if err != nil {
			return nil, err
		}
		for _, note := range notes {
			all.Note(note, c)
		}
	}
	if all.Empty() {
		return nil, fmt.Errorf("activities: %w", ErrNotFound)
	}
	return all.Page(request), nil
}
