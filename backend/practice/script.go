package practice

func say(texts ...string) []line {
	lines := make([]line, len(texts))
	for i, text := range texts {
		lines[i] = line{text: text}
	}
	return lines
}

// personas are what the contacts say, by contact id. Each begins again when it has come to its end.
var personas = map[string]persona{
	"marta": {
		opens: say(
			"Bom dia! Consegui lugar no barco das baleias de sábado? 🐋",
			"Boa tarde, afinal seremos quatro pessoas. Ainda é possível?"),
		answers: []line{
			{text: "Perfeito, muito obrigada!"},
			{text: "Este é o voucher que recebi.", make: "photo"},
			{text: "E o ponto de encontro é na marina?"},
			{make: "heart"},
			{make: "voice"},
		},
	},
	"diego": {
		opens: say(
			"¿Hay plazas para el avistamiento de ballenas?",
			"Hola otra vez, ¿puedo cambiar la fecha de la reserva?"),
		answers: []line{
			{text: "Genial, ¿cuánto cuesta para dos adultos y un niño?"},
			{make: "place"},
			{text: "Estamos en este hotel. ¿Nos recogen?"},
			{text: "Vale, gracias 👍"},
			{text: "Este es el contacto de mi abuela, viaja con nosotros.", make: "card"},
		},
	},
	"beatriz": {
		opens: say("Olá, o voo mudou de hora?", "Olá! Já têm notícias do meu reembolso?"),
		answers: []line{
			{text: "Obrigada pela resposta rápida 😊"},
			{text: "Foi este o aviso que me apareceu.", make: "photo"},
			{text: "Fico a aguardar, então."},
		},
	},
	"unknown-318": {
		opens:   say("Great, and the luggage allowance?", "My partner has a cello 🎻. Can it come into the cabin?"),
		answers: say("It’s 23 kg per person, is that right?", "Thanks, that helps.", "One more thing: is breakfast included?"),
	},
	"khalid": {
		opens:   say("السلام عليكم، هل الرحلة غدًا مؤكدة؟", "مرحبا، أريد إضافة ليلة أخرى في الفندق."),
		answers: say("شكرًا جزيلًا", "كم السعر بالضبط من فضلكم؟", "ممتاز، سأكون هناك في الساعة 9:30."),
	},
	"camille": {
		opens: say("Bonjour, je n’ai pas reçu mon billet électronique.", "Rebonjour, est-ce que je peux venir avec mon chien ?"),
		answers: []line{
			{text: "Merci ! Voici ma confirmation.", make: "document"},
			{text: "D’accord, j’attends votre retour."},
			{text: "C’est parfait, bonne journée ☀️"},
		},
	},
	"ewa": {
		opens:   []line{{make: "photo", text: "Czy to jest właściwy przystanek?"}, {text: "Dzień dobry, czy mogę zmienić nazwisko na bilecie?"}},
		answers: say("Dziękuję bardzo!", "A o której godzinie odjeżdża autobus?", "Świetnie, do zobaczenia."),
	},
	"unknown-fr": {
		opens:   say("Bonjour, je voudrais annuler ma réservation", "Bonjour, avez-vous reçu mon annulation ?"),
		answers: say("C’est le numéro 48213, au nom de Roux.", "Quand serai-je remboursé ?", "Très bien, merci."),
	},
	"layla": {
		opens:   say("مرحبا، نحن مجموعة من ١٢ شخصا 👋", "هل يوجد خصم للمجموعات؟"),
		answers: []line{{text: "شكرا! نريد الحافلة مع المرشد."}, {make: "place"}, {text: "اتفقنا 🌷"}},
	},
	"zoe": {
		opens: say("Hi! Do you run the tea garden tour on Sundays? 🍃", "Hello again 🌻 we loved the tour!"),
		answers: []line{
			{text: "Lovely, two tickets please."},
			{make: "photo", text: "Look at that view 😍"},
			{make: "heart"},
			{text: "Is there parking nearby?"},
		},
	},
	"tomas": {
		opens:   say("Buenas, ¿se puede llevar guitarra en el barco? 🎸", "¿A qué hora volvemos el domingo?"),
		answers: []line{{text: "¡Qué bien! Llevo también un amplificador pequeño, es broma 😄"}, {make: "voice"}, {text: "Perfecto, nos vemos."}},
	},
	"nobody": {
		opens:   say("hello??", "is anyone there"),
		answers: say("ok", "thx", "how much is it"),
	},
}
