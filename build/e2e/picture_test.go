//go:build linux

package e2e

import (
	"context"
	"testing"
	"time"

	"parley/build/e2e/webdriver"
)

// A working morning: several contacts on both channels, one open conversation with a photo. README shows its picture.
func TestWorkingMorning(t *testing.T) {
	w := open(t)
	for _, said := range []struct{ id, text string }{
		{"marta", "Bom dia! Ainda há lugares para o passeio de sábado? 🙏"},
		{"diego", "¿Hay plazas para el avistamiento de ballenas el 12 de junio?"},
		{"khalid", "هل يمكن تغيير موعد الرحلة إلى 5 يونيو؟"},
		{"unknown-318", "Great, and the luggage allowance?"},
		{"beatriz", "Olá, o voo mudou de hora?"},
		{"ewa", "Tack! We’ll talk on Friday 👋"},
		{"unknown-fr", "Bonjour, je voudrais annuler ma réservation"},
		{"layla", "مرحبا، نحن مجموعة من ١٢ شخصا"},
		{"zoe", "Photo of the passport is on its way"},
	} {
		w.phoned(said.id, said.text)
	}
	w.tab("Inbox")
	for _, says := range []string{"Bom dia!", "avistamiento", "luggage", "o voo mudou", "Tack!"} {
		r := w.row(says)
		w.assign(r)
		w.tab("Inbox")
	}
	w.tab("Assigned to you")
	w.choose("Bom dia!")
	marta := box("Marta Figueiredo")
	w.write(marta, "Bom dia, Marta. Sim, temos dois lugares no barco das 9:30.")
	w.chord(webdriver.Shift, webdriver.Enter)
	w.message("Bom dia, Marta. Sim, temos dois lugares no barco das 9:30.", "delivered", "read")
	ctx, cancel := w.context()
	defer cancel()
	w.must(w.phone.Read(ctx, "marta"))
	w.must(w.phone.Sample(ctx, "marta", "photo"))
	w.phoned("marta", "Perfeito, obrigada! É este o ponto de encontro?")
	w.phoned("diego", "¿Y la silla de ruedas va incluida?")
	w.until("the photo to be shown", func(ctx context.Context) (bool, string, error) {
		var shown bool
		err := w.session.Run(ctx, `return [...document.querySelectorAll('[role=log] img')].some((img) => img.complete && img.naturalWidth > 0)`, &shown)
		return shown, "no picture", err
	})
	w.message("Perfeito, obrigada! É este o ponto de encontro?")
	w.write(marta, "Claro, é no cais da marina:")
	w.picture("light")
	w.noTrouble()
}

// phoned writes as a contact, known by their id on the phone.
func (w *window) phoned(id, text string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 10*time.Second)
	defer cancel()
	w.must(w.phone.Write(ctx, id, text))
}
