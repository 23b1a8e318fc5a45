package admin_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/admin"
	"bellhop/internal/webhook"
)

func TestCompareRequests(t *testing.T) {
	t.Parallel()
	request := func(url, id, tag, body string) *webhook.SentRequest {
		return &webhook.SentRequest{
			Method: "POST", URL: url, Body: []byte(body),
			Header: []webhook.Header{
				{Name: "Content-Type", Value: "application/json"}, {Name: "X-Tag", Value: tag},
				{Name: "webhook-id", Value: id}, {Name: "webhook-timestamp", Value: id},
				{Name: "webhook-signature", Value: id}, {Name: "X-Hook-Signature", Value: id},
			},
		}
	}
	for _, tt := range []struct {
		name          string
		before, after *webhook.SentRequest
		want          []admin.DiffLine
	}{
		{"same but for what is new each time", request("http://a/", "1", "x", `{"a":1}`), request("http://a/", "2", "x", `{"a": 1}`), nil},
		{
			"URL and header", request("http://a/", "1", "x", "b"), request("http://b/", "1", "y", "b"),
			[]admin.DiffLine{
				{Sign: '-', Text: "POST http://a/"},
				{Sign: '+', Text: "POST http://b/"},
				{Sign: ' ', Text: "Content-Type: application/json"},
				{Sign: '-', Text: "X-Tag: x"},
				{Sign: '+', Text: "X-Tag: y"},
				{Sign: ' ', Text: ""},
				{Sign: ' ', Text: "b"},
			},
		},
		{
			"JSON member", request("http://a/", "1", "x", `{"a":1,"b":12345678901234567890}`), request("http://a/", "1", "x", `{"a":2,"b":12345678901234567890}`),
			[]admin.DiffLine{
				{Sign: ' ', Text: "X-Tag: x"},
				{Sign: ' ', Text: ""},
				{Sign: ' ', Text: "{"},
				{Sign: '-', Text: `  "a": 1,`},
				{Sign: '+', Text: `  "a": 2,`},
				{Sign: ' ', Text: `  "b": 12345678901234567890`},
				{Sign: ' ', Text: "}"},
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, admin.CompareRequests(tt.before, tt.after)); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCompareTexts(t *testing.T) {
	t.Parallel()
	far := "1\n2\n3\n4\n5\n6\n7\n8\n9\n"
	got := admin.CompareTexts("a\n"+far+"b", "A\n"+far+"B")
	want := []admin.DiffLine{
		{Sign: '-', Text: "a"}, {Sign: '+', Text: "A"},
		{Sign: ' ', Text: "1"}, {Sign: ' ', Text: "2"}, {Sign: ' ', Text: "3"},
		{Sign: '@'},
		{Sign: ' ', Text: "7"}, {Sign: ' ', Text: "8"}, {Sign: ' ', Text: "9"},
		{Sign: '-', Text: "b"}, {Sign: '+', Text: "B"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if got := admin.CompareTexts("", ""); got != nil {
		t.Errorf("nothing and nothing: %v", got)
	}
}
