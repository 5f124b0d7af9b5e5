package words

var portuguese = Words{
	UnknownContact:  "Contacto desconhecido",
	NewMessage:      "Nova mensagem",
	NewConversation: "Nova conversa",
	FromInbox:       "Entrada: %s",
	HubAway:         "Há algum tempo que não há contacto com o hub. O que escrever espera neste computador.",
	Closing:         "Espera por uma resposta. A janela de sessão fecha às %s, daqui a %s.",
	Returned:        "A sua mensagem não foi enviada. Voltou a ser um rascunho.",
	Unconfirmed:     "A sua mensagem não está confirmada: pode ter chegado ou não.",
	NotDelivered:    "A sua mensagem não foi entregue.",
	Given:           "Entregue a si",
	Offered:         "Oferecida a si: %s",
	Transferred:     "%s transferiu-lhe esta conversa",

	Minutes:      "%d min",
	Hours:        "%d h",
	HoursMinutes: "%d h %d min",

	CountClosing:     Count{"1 janela de sessão fecha em breve", "%d janelas de sessão fecham em breve"},
	CountClosed:      Count{"1 janela de sessão fechou", "%d janelas de sessão fecharam"},
	CountTroubled:    Count{"1 conversa com uma mensagem não entregue", "%d conversas com mensagens não entregues"},
	CountTransferred: Count{"1 transferida para si", "%d transferidas para si"},
	CountUnread:      Count{"1 conversa com mensagens por ler", "%d conversas com mensagens por ler"},
	CountInbox:       Count{"1 na entrada", "%d na entrada"},

	Open:       "Abrir",
	Reply:      "Responder",
	MarkRead:   "Marcar como lida",
	Accept:     "Aceitar",
	Reject:     "Recusar",
	WriteReply: "Escreva uma resposta",
	Send:       "Enviar",
	Test:       "É assim que uma notificação aparece. Um clique nela é notado.",

	TrayOpen:      "Abrir o Parley",
	TrayUnread:    Count{"1 mensagem por ler", "%d mensagens por ler"},
	NothingUnread: "Nada por ler",
	NoHub:         "Sem contacto com o hub",
	Away:          "Ausente",
	DoNotDisturb:  "Não incomodar",
	SnoozeHour:    "Adiar 1 h",
	Quit:          "Sair do Parley",

	SignedIn: "Já entrou. Pode fechar esta página e voltar ao Parley.",
}
