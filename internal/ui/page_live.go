package ui

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"bellhop/internal/admin"
	"bellhop/internal/ui/live"
	"bellhop/internal/webhook"
)

// topicKinds says what one must be allowed to view to hear of a topic.
var topicKinds = map[live.Topics]string{
	live.Overview: admin.KindDelivery, live.Deliveries: admin.KindDelivery,
	live.Changes: admin.KindChange, live.Webhooks: admin.KindWebhook,
}

// livePages are the stream that tells pages what has changed.
func livePages() []page {
	return []page{{"GET /live/{$}", signedIn, (*view).stream}}
}

// listen makes the page listen to those of the topics that the person may hear of.
// Pages call it before they read what they show, so that they miss nothing.
func (v *view) listen(topics live.Topics) {
	version := v.ui.options.Live.Version()
	for topic, kind := range topicKinds {
		if !v.may(webhook.ActionView, kind) {
			topics &^= topic
		}
	}
	if topics != 0 {
		v.live = "/live/?topics=" + strings.Join(topics.Names(), ",") + "&since=" + strconv.FormatUint(version, 10)
	}
}

// since is the version up to which the browser knows everything: that of the last
// event it got, or of its page.
func (v *view) since() uint64 {
	text := cmp.Or(v.r.Header.Get("Last-Event-ID"), v.r.URL.Query().Get("since"))
	version, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0 // unknown: everything is news
	}
	return version
}

// stream tells the browser what has changed, until it goes, the server stops or
// the person may not know any more.
func (v *view) stream() error {
	var topics live.Topics
	for name := range strings.SplitSeq(v.r.URL.Query().Get("topics"), ",") {
		topic := live.Parse(name)
		if topic == 0 {
			return webhook.Errorf(webhook.CodeInvalid, "There is no topic %q.", cutText(40, name))
		}
		topics |= topic
	}
	if !mayHear(v.identity, topics) {
		return errForbidden()
	}
	news, err := v.ui.options.Live.Subscribe(topics, v.since())
	if errors.Is(err, live.ErrTooMany) || errors.Is(err, live.ErrClosed) {
		v.answered = true
		http.Error(v.w, err.Error(), http.StatusServiceUnavailable)
		return nil
	}
	if err != nil {
		return err
	}
	defer news.Close()
	v.answered = true
	live.Stream(v.w, v.r, news, func(ctx context.Context) bool { return v.stillMay(ctx, topics) })
	return nil
}

// stillMay reports whether the session is still there and allows the topics. When
// that cannot be found out it says no: the browser connects again.
func (v *view) stillMay(ctx context.Context, topics live.Topics) bool {
	cookie, err := v.r.Cookie(sessionCookie)
	if err != nil {
		return false
	}
	identity, err := v.ui.options.Admin.Resume(ctx, cookie.Value)
	return err == nil && mayHear(identity, topics)
}

// mayHear reports whether somebody may hear of all the topics.
func mayHear(identity *admin.Identity, topics live.Topics) bool {
	for topic, kind := range topicKinds {
		if topics&topic != 0 && !identity.Allows(webhook.ActionView, kind) {
			return false
		}
	}
	return true
}
