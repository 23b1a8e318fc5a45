package admin

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"bellhop/internal/webhook"
)

// Rules about single values, with the texts of Django REST framework.

func fieldError(field, format string, args ...any) error {
	var errs webhook.FieldErrors
	errs.Add(field, format, args...)
	return errs.Err()
}

// requireText adds what is wrong with a text that must be there; it reports
// whether nothing is.
func requireText(errs *webhook.FieldErrors, field, text string, limit int) bool {
	if strings.TrimSpace(text) == "" {
		errs.Add(field, "This field may not be blank.")
	}
	limitText(errs, field, text, limit)
	return !errs.Has(field)
}

func limitText(errs *webhook.FieldErrors, field, text string, limit int) {
	if utf8.RuneCountInString(text) > limit {
		errs.Add(field, "Ensure this field has no more than %d characters.", limit)
	}
	if strings.ContainsRune(text, 0) {
		errs.Add(field, "Null characters are not allowed.")
	}
}

// isSlug follows Django's slug field with Unicode allowed.
func isSlug(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

func isHex(text string, digits int) bool {
	return len(text) == digits && !strings.ContainsFunc(text, func(r rune) bool {
		return !('0' <= r && r <= '9' || 'a' <= r && r <= 'f')
	})
}

// firstError returns the first that is not nil.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
