package cache

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sort"
	"strings"

	"google.golang.org/protobuf/proto"

	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Config is the configuration of the workspace but for its templates and quick replies, which can be many. Lists are in the order in
// which they are shown.
type Config struct {
	Workspace    *hubv1.Workspace // nil before the first snapshot
	Touchpoints  []*hubv1.Touchpoint
	Queues       []*hubv1.Queue
	Agents       []*hubv1.Agent
	Dispositions []*hubv1.Disposition
}

// Config reads the whole configuration.
func (r Reader) Config(ctx context.Context) (Config, error) {
	type row struct {
		kind string
		data []byte
	}
	rows, err := list(ctx, r.q, "read configuration", func(rows *sql.Rows) (row, error) {
		var one row
		return one, rows.Scan(&one.kind, &one.data)
	}, "SELECT kind, data FROM config WHERE kind NOT IN (?, ?) ORDER BY kind, id", KindTemplate, KindQuickReply)
	if err != nil {
		return Config{}, err
	}
	var c Config
	for _, row := range rows {
		var entity proto.Message
		switch row.kind {
		case KindWorkspace:
			c.Workspace = &hubv1.Workspace{}
			entity = c.Workspace
		case KindTouchpoint:
			one := &hubv1.Touchpoint{}
			c.Touchpoints, entity = append(c.Touchpoints, one), one
		case KindQueue:
			one := &hubv1.Queue{}
			c.Queues, entity = append(c.Queues, one), one
		case KindAgent:
			one := &hubv1.Agent{}
			c.Agents, entity = append(c.Agents, one), one
		case KindDisposition:
			one := &hubv1.Disposition{}
			c.Dispositions, entity = append(c.Dispositions, one), one
		default:
			continue // of a later version
		}
		if err := proto.Unmarshal(row.data, entity); err != nil {
			return Config{}, fmt.Errorf("decode %s: %w", row.kind, err)
		}
	}
	sort.SliceStable(c.Touchpoints, func(i, j int) bool { return c.Touchpoints[i].Name < c.Touchpoints[j].Name })
	sort.SliceStable(c.Queues, func(i, j int) bool { return c.Queues[i].Name < c.Queues[j].Name })
	sort.SliceStable(c.Agents, func(i, j int) bool { return c.Agents[i].Name < c.Agents[j].Name })
	sort.SliceStable(c.Dispositions, func(i, j int) bool { return c.Dispositions[i].Position < c.Dispositions[j].Position })
	return c, nil
}

// Touchpoint finds one; nil when it is not known.
func (r Reader) Touchpoint(ctx context.Context, id string) (*hubv1.Touchpoint, error) {
	return findEntity[hubv1.Touchpoint](ctx, r.q, "read touchpoint",
		"SELECT data FROM config WHERE kind = ? AND id = ?", KindTouchpoint, id)
}

// Templates lists the templates of one of Meta's business accounts, by name and language.
func (r Reader) Templates(ctx context.Context, accountID string) ([]*hubv1.Template, error) {
	all, err := list(ctx, r.q, "read templates", func(rows *sql.Rows) (*hubv1.Template, error) {
		var data []byte
		if err := rows.Scan(&data); err != nil {
			return nil, err
		}
		return decode[hubv1.Template](data)
	}, "SELECT data FROM config WHERE kind = ?", KindTemplate)
	all = slices.DeleteFunc(all, func(t *hubv1.Template) bool { return t.AccountId != accountID })
	slices.SortFunc(all, func(a, b *hubv1.Template) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Language, b.Language))
	})
	return all, err
}

// QuickReplies lists the quick replies that an agent may use, everybody's and their own, by shortcut and language.
func (r Reader) QuickReplies(ctx context.Context, agentID string) ([]*hubv1.QuickReply, error) {
	all, err := list(ctx, r.q, "read quick replies", func(rows *sql.Rows) (*hubv1.QuickReply, error) {
		var data []byte
		if err := rows.Scan(&data); err != nil {
			return nil, err
		}
		return decode[hubv1.QuickReply](data)
	}, "SELECT data FROM config WHERE kind = ?", KindQuickReply)
	all = slices.DeleteFunc(all, func(q *hubv1.QuickReply) bool { return q.OwnerId != "" && q.OwnerId != agentID })
	slices.SortFunc(all, func(a, b *hubv1.QuickReply) int {
		return cmp.Or(strings.Compare(a.Shortcut, b.Shortcut), strings.Compare(a.Language, b.Language), strings.Compare(a.OwnerId, b.OwnerId))
	})
	return all, err
}

// Agent finds one; nil when they are not known.
func (r Reader) Agent(ctx context.Context, id string) (*hubv1.Agent, error) {
	return findEntity[hubv1.Agent](ctx, r.q, "read agent", "SELECT data FROM config WHERE kind = ? AND id = ?", KindAgent, id)
}

// AgentNames are the names of all agents by id.
func (r Reader) AgentNames(ctx context.Context) (map[string]string, error) {
	agents, err := list(ctx, r.q, "read agents", func(rows *sql.Rows) (*hubv1.Agent, error) {
		var data []byte
		if err := rows.Scan(&data); err != nil {
			return nil, err
		}
		return decode[hubv1.Agent](data)
	}, "SELECT data FROM config WHERE kind = ?", KindAgent)
	names := make(map[string]string, len(agents))
	for _, agent := range agents {
		names[agent.Id] = agent.Name
	}
	return names, err
}

// PutWorkspace writes the workspace. Version wins, as with all Put methods.
func (tx *Tx) PutWorkspace(ctx context.Context, e *hubv1.Workspace) (Effect, error) {
	return tx.upsert(ctx, put{table: "config", kind: KindWorkspace, id: e.Id, version: e.Version, entity: e})
}

// PutTouchpoint writes a touchpoint.
func (tx *Tx) PutTouchpoint(ctx context.Context, e *hubv1.Touchpoint) (Effect, error) {
	return tx.upsert(ctx, put{table: "config", kind: KindTouchpoint, id: e.Id, version: e.Version, entity: e})
}

// PutQueue writes a queue.
func (tx *Tx) PutQueue(ctx context.Context, e *hubv1.Queue) (Effect, error) {
	return tx.upsert(ctx, put{table: "config", kind: KindQueue, id: e.Id, version: e.Version, entity: e})
}

// PutAgent writes an agent.
func (tx *Tx) PutAgent(ctx context.Context, e *hubv1.Agent) (Effect, error) {
	return tx.upsert(ctx, put{table: "config", kind: KindAgent, id: e.Id, version: e.Version, entity: e})
}

// PutDisposition writes a disposition.
func (tx *Tx) PutDisposition(ctx context.Context, e *hubv1.Disposition) (Effect, error) {
	return tx.upsert(ctx, put{table: "config", kind: KindDisposition, id: e.Id, version: e.Version, entity: e})
}

// PutTemplate writes a template.
func (tx *Tx) PutTemplate(ctx context.Context, e *hubv1.Template) (Effect, error) {
	return tx.upsert(ctx, put{table: "config", kind: KindTemplate, id: e.Id, version: e.Version, entity: e})
}

// PutQuickReply writes a quick reply.
func (tx *Tx) PutQuickReply(ctx context.Context, e *hubv1.QuickReply) (Effect, error) {
	return tx.upsert(ctx, put{table: "config", kind: KindQuickReply, id: e.Id, version: e.Version, entity: e})
}
