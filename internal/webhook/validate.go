package webhook

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Checks are the rules of a webhook that need other packages or the outside
// world. A nil function is not checked. Each returns a text for people, or an
// error whose text is one.
type Checks struct {
	// Template compiles a Jinja2 template.
	Template func(source string) error
	// Headers compiles the template of the additional headers.
	Headers func(source string) error
	// Conditions compiles a condition set.
	Conditions func(definition []byte) error
	// ObjectType reports whether an object type exists.
	ObjectType func(name string) bool
	// CAFile reports why a file cannot serve as a bundle of certificates.
	CAFile func(path string) error
}

// Texts of Django REST framework and NetBox, which clients show to people.
const (
	msgRequired  = "This field is required."
	msgBlank     = "This field may not be blank."
	msgMaxLength = "Ensure this field has no more than %d characters."
	msgChoice    = "%q is not a valid choice."
	msgMin       = "Ensure this value is greater than or equal to %v."
	msgMax       = "Ensure this value is less than or equal to %v."
	msgURL       = "Enter a valid URL, beginning with http:// or https://."
)

// Validate checks every rule of product.md section 2 that a webhook can break
// by itself; uniqueness of the name is the store's. It returns nil or an
// [Error] with [CodeInvalid] that has all faults at once.
//
// A webhook whose own trigger is wholly unset is valid: event rules fire it
// (NetBox 4.x). One that is half set breaks NetBox 3.6's rules.
func (wh *Webhook) Validate(checks Checks) error {
	var errs FieldErrors
	checkName(&errs, wh.Name)
	checkLength(&errs, "description", wh.Description, MaxDescriptionLength)
	if !wh.WantsNothing() {
		wh.Trigger.check(&errs, checks, "content_types",
			"At least one event type must be selected: create, update, and/or delete.")
	}
	wh.checkRequest(&errs, checks)
	wh.checkTLS(&errs, checks)
	wh.checkDelivery(&errs)
	return errs.Err()
}

// Validate checks an event rule as [Webhook.Validate] does; webhookExists says
// whether its action is there.
func (r *EventRule) Validate(checks Checks, webhookExists func(id int64) bool) error {
	var errs FieldErrors
	checkName(&errs, r.Name)
	checkLength(&errs, "description", r.Description, MaxDescriptionLength)
	switch {
	case len(r.ObjectTypes) == 0:
		errs.Add("object_types", "This list may not be empty.")
	case r.Events == 0:
		errs.Add("event_types", "This list may not be empty.")
	}
	r.Trigger.checkParts(&errs, checks, "object_types")
	if r.WebhookID != 0 && webhookExists != nil && !webhookExists(r.WebhookID) {
		errs.Add("action_object_id", "Webhook with id %d does not exist.", r.WebhookID)
	}
	return errs.Err()
}

func (t *Trigger) check(errs *FieldErrors, checks Checks, typesField, noEvents string) {
	if len(t.ObjectTypes) == 0 {
		errs.Add(typesField, msgRequired)
	}
	if t.Events == 0 {
		errs.Add(NonField, "%s", noEvents)
	}
	t.checkParts(errs, checks, typesField)
}

func (t *Trigger) checkParts(errs *FieldErrors, checks Checks, typesField string) {
	for _, name := range t.ObjectTypes {
		if checks.ObjectType != nil && !checks.ObjectType(name) {
			errs.Add(typesField, "Invalid content type: %s", name)
		}
	}
	if len(t.Conditions) > 0 && checks.Conditions != nil {
		if err := checks.Conditions(t.Conditions); err != nil {
			errs.Add("conditions", "%s", err.Error())
		}
	}
}

func (wh *Webhook) checkRequest(errs *FieldErrors, checks Checks) {
	if !slices.Contains(Methods, wh.HTTPMethod) {
		errs.Add("http_method", msgChoice, wh.HTTPMethod)
	}
	if strings.TrimSpace(wh.HTTPContentType) == "" {
		errs.Add("http_content_type", msgBlank)
	} else if hasControl(wh.HTTPContentType) {
		errs.Add("http_content_type", "Control characters are not allowed.")
	}
	checkLength(errs, "http_content_type", wh.HTTPContentType, MaxContentTypeLength)
	checkLength(errs, "secret", wh.Secret, MaxSecretLength)

	switch {
	case strings.TrimSpace(wh.PayloadURL) == "":
		errs.Add("payload_url", msgBlank)
	default:
		checkLength(errs, "payload_url", wh.PayloadURL, MaxURLLength)
		checkURL(errs, wh.PayloadURL, checks.Template)
	}
	checkTemplate(errs, "additional_headers", wh.AdditionalHeaders, checks.Headers)
	checkTemplate(errs, "body_template", wh.BodyTemplate, checks.Template)
}

func (wh *Webhook) checkTLS(errs *FieldErrors, checks Checks) {
	checkLength(errs, "ca_file_path", wh.CAFilePath, MaxPathLength)
	switch {
	case wh.CAFilePath == "" || errs.Has("ca_file_path"):
	case !wh.SSLVerification:
		errs.Add("ca_file_path", "Do not specify a CA certificate file if SSL verification is disabled.")
	case checks.CAFile != nil:
		if err := checks.CAFile(wh.CAFilePath); err != nil {
			errs.Add("ca_file_path", "%s", err.Error())
		}
	}
}

func (wh *Webhook) checkDelivery(errs *FieldErrors) {
	checkRange(errs, "timeout", wh.Timeout, 1, MaxTimeout)
	checkRange(errs, "max_attempts", wh.MaxAttempts, 1, MaxMaxAttempts)
	checkRange(errs, "concurrency", wh.Concurrency, 1, MaxConcurrency)
	// Written so that NaN is refused too.
	if !(wh.RateLimit >= 0 && wh.RateLimit <= MaxRateLimit) {
		errs.Add("rate_limit", "Ensure this value is between 0 and %d.", MaxRateLimit)
	}
	if int(wh.Queue) >= len(queueNames) {
		errs.Add("queue", msgChoice, wh.Queue.String())
	}
}

func checkName(errs *FieldErrors, name string) {
	if strings.TrimSpace(name) == "" {
		errs.Add("name", msgBlank)
	}
	checkLength(errs, "name", name, MaxNameLength)
}

func checkLength(errs *FieldErrors, field, text string, limit int) {
	if utf8.RuneCountInString(text) > limit {
		errs.Add(field, msgMaxLength, limit)
	}
	if strings.ContainsRune(text, 0) {
		errs.Add(field, "Null characters are not allowed.")
	}
}

func checkRange(errs *FieldErrors, field string, value, lowest, highest int) {
	switch {
	case value < lowest:
		errs.Add(field, msgMin, lowest)
	case value > highest:
		errs.Add(field, msgMax, highest)
	}
}

func checkTemplate(errs *FieldErrors, field, source string, compile func(string) error) {
	if source == "" || compile == nil {
		return
	}
	if err := compile(source); err != nil {
		errs.Add(field, "Invalid template: %s", err.Error())
	}
}

// checkURL follows NetBox 4.6.8: a text with template marks must compile and
// may have no literal scheme but http and https; any other text must be a URL.
func checkURL(errs *FieldErrors, text string, compile func(string) error) {
	if !IsTemplate(text) {
		if !ValidURL(text) {
			errs.Add("payload_url", msgURL)
		}
		return
	}
	literal := text[:firstMark(text)]
	if scheme, _, ok := strings.Cut(strings.TrimSpace(literal), ":"); ok && !isHTTP(scheme) {
		errs.Add("payload_url", msgURL)
		return
	}
	checkTemplate(errs, "payload_url", text, compile)
}

// IsTemplate reports whether the text has Jinja2 marks.
func IsTemplate(text string) bool { return firstMark(text) < len(text) }

// firstMark returns where the first Jinja2 mark begins, or len(text).
func firstMark(text string) int {
	first := len(text)
	for _, mark := range []string{"{{", "{%", "{#"} {
		if i := strings.Index(text, mark); i >= 0 {
			first = min(first, i)
		}
	}
	return first
}

// ValidURL reports whether the text is a URL that may be called: http or https,
// with a host and a port that there can be. Single-label hosts are fine.
func ValidURL(text string) bool {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || !isHTTP(u.Scheme) || u.Hostname() == "" {
		return false
	}
	if u.Port() == "" {
		return true
	}
	_, err = strconv.ParseUint(u.Port(), 10, 16)
	return err == nil
}

func isHTTP(scheme string) bool {
	return strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https")
}

func hasControl(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 || r == 0x7f })
}
