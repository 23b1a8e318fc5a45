package dispatch

import "time"

// promptLimit is the average time of an exchange up to which a lane is prompt.
const promptLimit = time.Second

// share divides the workers among the lanes, so that no receiver, and no number
// of slow ones, keeps the others waiting. The scheduler's mutex guards it.
//
// A lane may begin another exchange while it has fewer of them than there are
// free workers. Alone it gets up to half of all; beside n others that want all
// they can get, each gets the same part and one more such part stays free for
// whoever comes next. Nothing has to be set or learned for that: it is the
// dynamic threshold by which network switches share the memory for packets
// (Choudhury and Hahne, IEEE/ACM Transactions on Networking 6, 1998).
//
// When there are more slow lanes than workers even one exchange each would be too
// many. So a quarter of the workers is for prompt lanes only: those whose
// answers have come within a second on average.
type share struct {
	workers int
	// busy is how many exchanges are under way, slow how many of these were
	// begun by lanes that were not prompt.
	busy, slow int
}

// allows reports whether a lane may begin one more exchange.
func (s *share) allows(l *lane) bool {
	free := s.workers - s.busy
	if !l.isPrompt() {
		free = min(free, s.workers-s.workers/4-s.slow)
	}
	return l.running < free
}

// begin counts an exchange. prompt is what the lane is at that moment; end needs
// to be told the same.
func (s *share) begin(prompt bool) {
	s.busy++
	if !prompt {
		s.slow++
	}
}

// end takes an exchange out of the count.
func (s *share) end(prompt bool) {
	s.busy--
	if !prompt {
		s.slow--
	}
}
