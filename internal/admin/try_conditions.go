package admin

import (
	"context"
	"errors"
	"time"

	"bellhop/internal/condition"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

const (
	// MaxConditionTrial is the most changes that conditions are tried on.
	MaxConditionTrial = 200
	// conditionTrialTime bounds the evaluation of all of them.
	conditionTrialTime = 3 * time.Second
)

// errTimeIsUp ends a trial early.
var errTimeIsUp = errors.New("time is up")

// ConditionTrial is what conditions say to recent changes.
type ConditionTrial struct {
	// Rows has one entry for each change, the newest first.
	Rows []TriedChange
	// Matched counts those that would fire, Unresolved those on which the
	// conditions cannot be evaluated.
	Matched, Unresolved int
	// Cut says that time was up before all changes were tried.
	Cut bool
}

// TriedChange is a change with what conditions say to it.
type TriedChange struct {
	// Change has no context.
	Change  webhook.Change
	Outcome webhook.Outcome
	// Reason is one sentence for people.
	Reason string
	// Tree explains the outcome rule by rule; nil without conditions.
	Tree *condition.Node
}

// TryConditions evaluates a trigger's conditions on the last changes that it
// wants and that somebody may view, at most limit (and MaxConditionTrial).
// Conditions that do not compile are an error with [webhook.CodeInvalid].
func (a *Admin) TryConditions(ctx context.Context, by Actor, t webhook.Trigger, limit int) (trial ConditionTrial, err error) {
	set, err := condition.Compile(t.Conditions)
	if err != nil {
		return trial, fieldError("conditions", "%s", err.Error())
	}
	changes, err := a.RecentChanges(ctx, by, t, min(limit, MaxConditionTrial))
	if err != nil {
		return trial, err
	}
	limited, cancel := context.WithTimeoutCause(ctx, conditionTrialTime, errTimeIsUp)
	defer cancel()
	err = a.store.View(ctx, func(tx store.Tx) error {
		for i := range changes {
			if limited.Err() != nil {
				return context.Cause(limited)
			}
			if err := trial.add(tx, set, &changes[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, errTimeIsUp) {
		trial.Cut, err = true, nil
	}
	return trial, err
}

// add tries one change. One that was pruned meanwhile is passed over.
func (trial *ConditionTrial) add(tx store.Tx, set *condition.Set, listed *webhook.Change) error {
	change, err := tx.Change(listed.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	d, err := documentsOf(&change)
	if err != nil {
		return err
	}
	answer := set.Evaluate(d.data, d.snapshots)
	row := TriedChange{Change: *listed, Outcome: outcomes[answer.Result], Reason: answer.Reason, Tree: answer.Tree}
	switch row.Outcome {
	case webhook.Fired:
		trial.Matched++
	case webhook.Unresolved:
		trial.Unresolved++
	}
	trial.Rows = append(trial.Rows, row)
	return nil
}
