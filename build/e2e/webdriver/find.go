package webdriver

import (
	"context"
	"fmt"
	"strings"
)

// By says which element is meant, as a person who uses a screen reader would: by role and accessible name.
type By struct {
	role   string
	name   string
	begins bool     // name is only how the accessible name begins
	in     *Element // where to look; everywhere when nil
}

// Role means the element of a role with exactly this name.
func Role(role, name string) By { return By{role: role, name: name} }

// RoleBeginning means the element of a role whose name begins so: a tab that also says a number.
func RoleBeginning(role, name string) By { return By{role: role, name: name, begins: true} }

// In looks inside an element only.
func (b By) In(e Element) By {
	b.in = &e
	return b
}

func (b By) String() string {
	if b.begins {
		return fmt.Sprintf("%s “%s…”", b.role, b.name)
	}
	return fmt.Sprintf("%s “%s”", b.role, b.name)
}

func (b By) names(label string) bool {
	if b.begins {
		return strings.HasPrefix(label, b.name)
	}
	return label == b.name
}

// candidates gathers, in the page, what may have the role and may carry the name. It is generous: the engine itself
// then says what role and name each has.
const candidates = `
const [role, name, within] = arguments;
const native = {
  button: 'button, input[type=button], input[type=submit], summary', link: 'a[href]', heading: 'h1, h2, h3, h4, h5, h6',
  textbox: 'textarea, input:not([type]), input[type=text], input[type=email], input[type=tel]', searchbox: 'input[type=search]',
  radio: 'input[type=radio]', checkbox: 'input[type=checkbox]', combobox: 'select', article: 'article', main: 'main',
  navigation: 'nav', complementary: 'aside', region: 'section', dialog: 'dialog', listitem: 'li', image: 'img, [role=img]',
};
const plain = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
const selector = '[role="' + role + '"]' + (native[role] ? ', ' + native[role] : '');
return [...(within ?? document).querySelectorAll(selector)].filter((element) => {
  const box = element.getBoundingClientRect();
  if (box.width === 0 || box.height === 0 || !element.checkVisibility({ visibilityProperty: true })) return false;
  const by = plain(element.getAttribute('aria-labelledby')).split(' ').map((id) => document.getElementById(id)?.textContent ?? '');
  const labels = [...(element.labels ?? [])].map((label) => label.textContent);
  return [element.getAttribute('aria-label'), ...by, ...labels, element.textContent, element.title, element.placeholder, element.alt]
    .some((text) => plain(text).includes(name));
});`

// Find returns all visible elements that are meant, in the page's order; none is no error.
func (s *Session) Find(ctx context.Context, by By) ([]Element, error) {
	var within any
	if by.in != nil {
		within = *by.in
	}
	var maybe []Element
	if err := s.Run(ctx, candidates, &maybe, by.role, by.name, within); err != nil {
		return nil, err
	}
	var found []Element
	for _, e := range maybe {
		label, err := s.Label(ctx, e)
		if err != nil {
			return nil, err
		}
		if !by.names(label) {
			continue
		}
		role, err := s.Role(ctx, e)
		if err != nil {
			return nil, err
		}
		if role == by.role || (by.role == "image" && role == "img") {
			found = append(found, e)
		}
	}
	return found, nil
}

// The waits below end when ctx does; what they say then is what they had last seen.

// One waits until exactly one element is meant.
func (s *Session) One(ctx context.Context, by By) (Element, error) {
	var one Element
	err := Until(ctx, by.String()+" to be there", func(ctx context.Context) (bool, string, error) {
		found, err := s.Find(ctx, by)
		if err != nil || len(found) != 1 {
			return false, fmt.Sprintf("%d of them", len(found)), err
		}
		one = found[0]
		return true, "", nil
	})
	return one, err
}

// Click waits for the one element that is meant, enabled and not covered, and clicks it once.
func (s *Session) Click(ctx context.Context, by By) error {
	return Until(ctx, by.String()+" to be clicked", func(ctx context.Context) (bool, string, error) {
		found, err := s.Find(ctx, by)
		if err != nil || len(found) != 1 {
			return false, fmt.Sprintf("%d of them", len(found)), err
		}
		var disabled bool
		if err := s.Run(ctx, `return arguments[0].matches(':disabled, [aria-disabled=true]')`, &disabled, found[0]); err != nil || disabled {
			return false, "disabled", err
		}
		return true, "", s.Press(ctx, found[0])
	})
}

// Gone waits until no element is meant.
func (s *Session) Gone(ctx context.Context, by By) error {
	return Until(ctx, by.String()+" to go", func(ctx context.Context) (bool, string, error) {
		found, err := s.Find(ctx, by)
		return err == nil && len(found) == 0, fmt.Sprintf("%d of them", len(found)), err
	})
}
