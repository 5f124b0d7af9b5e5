package practice

import (
	"fmt"
	"net/http"
)

// graphError is an error as Meta answers it.
type graphError struct {
	Status  int
	Type    string
	Code    int
	Subcode int
	Message string
	Details string // error_data.details

	Transient bool
}

// Errors in Meta's words. Sources: Meta docs, "Cloud API: error codes", 2026-09-11; "Messenger Platform: error
// codes", 2026-06-25; "Graph API: handling errors", 2026-09.
var (
	errNoToken    = graphError{Status: 401, Type: "OAuthException", Code: 104, Message: "An access token is required to request this resource."}
	errWrongToken = graphError{Status: 401, Type: "OAuthException", Code: 190, Message: "Invalid OAuth access token - Cannot parse access token"}
	errExpired    = graphError{Status: 401, Type: "OAuthException", Code: 190, Subcode: 463, Message: "Error validating access token: Session has expired."}
	errNoProof    = graphError{Status: 400, Type: "GraphMethodException", Code: 100, Message: "API calls from the server require an appsecret_proof argument"}
	errWrongProof = graphError{Status: 400, Type: "GraphMethodException", Code: 100, Message: "Invalid appsecret_proof provided in the API argument"}

	errUnknownPath = graphError{Status: 400, Type: "OAuthException", Code: 2500, Message: "Unknown path components"}

	errWhatsAppWindow = graphError{
		Status: 400, Type: "OAuthException", Code: 131047, Message: "(#131047) Re-engagement message",
		Details: "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
	}
	errPairRate = graphError{
		Status: 400, Type: "OAuthException", Code: 131056, Message: "(#131056) (Business Account, Consumer Account) pair rate limit hit",
		Details: "Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time.",
	}
	errWhatsAppRate = graphError{
		Status: 429, Type: "OAuthException", Code: 130429, Message: "(#130429) Rate limit hit",
		Details: "Cloud API message throughput has been reached.",
	}
	errUndeliverable = graphError{
		Status: 400, Type: "OAuthException", Code: 131026, Message: "Message undeliverable",
		Details: "Message Undeliverable.",
	}
	errMessengerRate   = graphError{Status: 400, Type: "OAuthException", Code: 613, Message: "(#613) Calls to this api have exceeded the rate limit."}
	errMessengerWindow = graphError{
		Status: 400, Type: "OAuthException", Code: 10, Subcode: 2018278,
		Message: "(#10) This message is sent outside of allowed window. Learn more about the new policy here: https://developers.facebook.com/docs/messenger-platform/policy-overview",
	}
	errMediaUpload = graphError{
		Status: 400, Type: "OAuthException", Code: 131053, Message: "(#131053) Media upload error", Details: "The file could not be downloaded from the link.",
	}
	errFetch    = graphError{Status: 400, Type: "OAuthException", Code: 100, Subcode: 2018008, Message: "(#100) Failed to fetch the file from the url"}
	errNobody   = graphError{Status: 400, Type: "OAuthException", Code: 100, Subcode: 2018001, Message: "(#100) No matching user found"}
	errBlocked  = graphError{Status: 400, Type: "OAuthException", Code: 551, Subcode: 1545041, Message: "(#551) This person isn't available right now."}
	errSender   = graphError{Status: 400, Type: "OAuthException", Code: 100, Subcode: 2018014, Message: "(#100) The parameter sender_action cannot be combined with others"}
	errNotOurs  = graphError{Status: 400, Type: "OAuthException", Code: 100, Subcode: 2018074, Message: "(#100) The attachment is not owned by this Page"}
	errTooBig   = graphError{Status: 400, Type: "OAuthException", Code: 100, Subcode: 2018109, Message: "(#100) Attachment size exceeds allowable limit"}
	errNoPerson = graphError{Status: 400, Type: "OAuthException", Code: 100, Subcode: 2018218, Message: "(#100) No profile available for this user."}
)

func parameterError(message string) graphError {
	return graphError{Status: 400, Type: "OAuthException", Code: 100, Message: "(#100) " + message}
}

func missingObject(id string) graphError {
	return graphError{
		Status: 400, Type: "GraphMethodException", Code: 100, Subcode: 33,
		Message: fmt.Sprintf("Unsupported request. Object with ID '%.60s' does not exist, cannot be loaded due to missing permissions, or does not support this operation.", id),
	}
}

func answerError(w http.ResponseWriter, e graphError) {
	wire := object{"message": e.Message, "type": e.Type, "code": e.Code, "fbtrace_id": "A" + newNumberID()}
	if e.Subcode != 0 {
		wire["error_subcode"] = e.Subcode
	}
	if e.Transient {
		wire["is_transient"] = true
	}
	if e.Details != "" {
		wire["error_data"] = object{"messaging_product": "whatsapp", "details": e.Details}
	}
	answerJSON(w, e.Status, object{"error": wire})
}
