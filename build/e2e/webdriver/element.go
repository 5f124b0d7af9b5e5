package webdriver

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
)

// Element is one element of the page. It can be an argument of Run, and a result.
type Element struct{ id string }

// elementKey is how the protocol marks an element in JSON.
const elementKey = "element-6066-11e4-a52e-4f735466cecf"

// MarshalJSON writes the protocol's reference.
func (e Element) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]string{elementKey: e.id})
}

// UnmarshalJSON reads the protocol's reference.
func (e *Element) UnmarshalJSON(data []byte) error {
	var reference map[string]string
	if err := json.Unmarshal(data, &reference); err != nil {
		return err
	}
	e.id = reference[elementKey]
	return nil
}

// All finds what matches a CSS selector, in the page's order; nothing is no error.
func (s *Session) All(ctx context.Context, css string) ([]Element, error) {
	var found []Element
	err := s.call(ctx, http.MethodPost, "/elements", map[string]string{"using": "css selector", "value": css}, &found)
	return found, err
}

// Role is an element's role as the engine tells it to a screen reader.
func (s *Session) Role(ctx context.Context, e Element) (string, error) {
	var role string
	err := s.call(ctx, http.MethodGet, "/element/"+e.id+"/computedrole", nil, &role)
	return role, err
}

// Label is an element's accessible name as the engine tells it to a screen reader, with single spaces.
func (s *Session) Label(ctx context.Context, e Element) (string, error) {
	var label string
	err := s.call(ctx, http.MethodGet, "/element/"+e.id+"/computedlabel", nil, &label)
	return strings.Join(strings.Fields(label), " "), err
}

// Press clicks an element with the pointer, once, where it is. The driver refuses when something covers it.
func (s *Session) Press(ctx context.Context, e Element) error {
	return s.call(ctx, http.MethodPost, "/element/"+e.id+"/click", nil, nil)
}
