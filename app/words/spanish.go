package words

var spanish = Words{
	UnknownContact:  "Contacto desconocido",
	NewMessage:      "Mensaje nuevo",
	NewConversation: "Conversación nueva",
	FromInbox:       "Bandeja: %s",
	HubAway:         "Hace un tiempo que no hay contacto con el hub. Lo que escriba espera en este ordenador.",
	Closing:         "Espera una respuesta. La ventana de sesión cierra a las %s, dentro de %s.",
	Returned:        "Su mensaje no se envió. Vuelve a ser un borrador.",
	Unconfirmed:     "Su mensaje está sin confirmar: puede haber llegado o no.",
	NotDelivered:    "Su mensaje no se entregó.",
	Given:           "Asignada a usted",
	Offered:         "Ofrecida a usted: %s",
	Transferred:     "%s le transfirió esta conversación",

	Minutes:      "%d min",
	Hours:        "%d h",
	HoursMinutes: "%d h %d min",

	CountClosing:     Count{"1 ventana de sesión cierra pronto", "%d ventanas de sesión cierran pronto"},
	CountClosed:      Count{"1 ventana de sesión ha cerrado", "%d ventanas de sesión han cerrado"},
	CountTroubled:    Count{"1 conversación con un mensaje no entregado", "%d conversaciones con mensajes no entregados"},
	CountTransferred: Count{"1 transferida a usted", "%d transferidas a usted"},
	CountUnread:      Count{"1 conversación con mensajes sin leer", "%d conversaciones con mensajes sin leer"},
	CountInbox:       Count{"1 en la bandeja", "%d en la bandeja"},

	Open:       "Abrir",
	Reply:      "Responder",
	MarkRead:   "Marcar como leída",
	Accept:     "Aceptar",
	Reject:     "Rechazar",
	WriteReply: "Escriba una respuesta",
	Send:       "Enviar",
	Test:       "Así se ve una notificación. Un clic en ella se nota.",

	TrayOpen:      "Abrir Parley",
	TrayUnread:    Count{"1 mensaje sin leer", "%d mensajes sin leer"},
	NothingUnread: "Nada sin leer",
	NoHub:         "Sin contacto con el hub",
	Away:          "Ausente",
	DoNotDisturb:  "No molestar",
	SnoozeHour:    "Posponer 1 h",
	Quit:          "Salir de Parley",

	SignedIn: "Ya has entrado. Puedes cerrar esta página y volver a Parley.",
}
