package cli

import (
	"bufio"
	"encoding/json"
	"fmt"

	"bellhop/internal/condition"
	"bellhop/jinja/value"
)

// conditionCommand evaluates conditions on data, as a change would.
type conditionCommand struct {
	Conditions string `setting:"-" placeholder:"FILE" help:"Conditions as JSON."`
	Data       string `setting:"-" placeholder:"FILE" help:"Data of the object as JSON."`
	Snapshots  string `setting:"-" placeholder:"FILE" help:"Object with prechange and postchange as JSON."`
	Explain    bool   `setting:"-" help:"Add the tree of conditions with the values seen."`
	JSON       bool   `name:"json" setting:"-" help:"Print an object with result, reason, tree."`
	Batch      string `setting:"-" placeholder:"FILE" help:"Read one object a line (id, conditions, data, snapshots) and print one a line (id, result, reason)."`
}

// conditionAnswer is what the command says about one set of conditions. Result
// is "true", "false", "unresolved" or "invalid".
type conditionAnswer struct {
	ID     json.RawMessage `json:"id,omitempty"`
	Result string          `json:"result"`
	Reason string          `json:"reason"`
	Tree   *condition.Node `json:"tree,omitempty"`
}

const resultInvalid = "invalid"

// Run evaluates one set, or a batch. A set that is invalid gives exit code 1,
// but not within a batch.
func (c *conditionCommand) Run(p Process) error {
	if c.Batch != "" {
		if c.Conditions != "" || c.Data != "" || c.Snapshots != "" {
			return usageError("--batch goes without --conditions, --data and --snapshots")
		}
		return c.runBatch(p)
	}
	if c.Conditions == "" || c.Data == "" {
		return usageError("--conditions and --data are needed, or --batch")
	}
	answer, err := c.evaluateFiles(p)
	if err != nil {
		return err
	}
	if err := c.print(p, answer); err != nil {
		return err
	}
	if answer.Result == resultInvalid {
		return fmt.Errorf("%s", answer.Reason)
	}
	return nil
}

// evaluateFiles reads the files that the flags name, of which one may be standard
// input.
func (c *conditionCommand) evaluateFiles(p Process) (conditionAnswer, error) {
	var texts [3][]byte
	stdin := 0
	for i, name := range []string{c.Conditions, c.Data, c.Snapshots} {
		if name == "" {
			continue
		}
		if name == "-" {
			stdin++
		}
		if stdin > 1 {
			return conditionAnswer{}, usageError("only one FILE can be standard input")
		}
		text, err := readInput(p, name)
		if err != nil {
			return conditionAnswer{}, err
		}
		// No text at all would be null, as without the flag; but whoever names a
		// file means what is in it.
		if i > 0 && len(text) == 0 {
			if name == "-" {
				name = "standard input"
			}
			return conditionAnswer{}, fmt.Errorf("%s is empty", name)
		}
		texts[i] = text
	}
	return evaluateConditions(texts[0], texts[1], texts[2])
}

// evaluateConditions fails only if data or snapshots are no JSON.
func evaluateConditions(definition, data, snapshots []byte) (conditionAnswer, error) {
	parsedData, err := parseOptional("data", data)
	if err != nil {
		return conditionAnswer{}, err
	}
	parsedSnapshots, err := parseOptional("snapshots", snapshots)
	if err != nil {
		return conditionAnswer{}, err
	}
	set, err := condition.Compile(definition)
	if err != nil {
		return conditionAnswer{Result: resultInvalid, Reason: err.Error()}, nil //nolint:nilerr // invalid is an answer
	}
	verdict := set.Evaluate(parsedData, parsedSnapshots)
	return conditionAnswer{Result: verdict.Result.String(), Reason: verdict.Reason, Tree: verdict.Tree}, nil
}

// parseOptional reads JSON; an absent text is null.
func parseOptional(what string, text []byte) (value.Value, error) {
	if len(text) == 0 {
		return value.None, nil
	}
	v, err := value.ParseJSON(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return v, nil
}

// print writes one answer in the form that was asked for.
func (c *conditionCommand) print(p Process, answer conditionAnswer) error {
	if c.JSON {
		return json.NewEncoder(p.Stdout).Encode(answer)
	}
	text := answer.Result + "\n"
	if c.Explain && answer.Tree != nil {
		text += answer.Reason + "\n" + answer.Tree.String()
	}
	_, err := fmt.Fprint(p.Stdout, text)
	return err
}

// runBatch answers line by line. What was answered before a line that cannot be
// read is printed all the same.
func (c *conditionCommand) runBatch(p Process) error {
	out := bufio.NewWriter(p.Stdout)
	encoder := json.NewEncoder(out)
	err := eachLine(p, c.Batch, func(line []byte) error {
		var in struct {
			ID         json.RawMessage `json:"id"`
			Conditions json.RawMessage `json:"conditions"`
			Data       json.RawMessage `json:"data"`
			Snapshots  json.RawMessage `json:"snapshots"`
		}
		if err := json.Unmarshal(line, &in); err != nil {
			return err
		}
		answer, err := evaluateConditions(in.Conditions, in.Data, in.Snapshots)
		if err != nil {
			return err
		}
		answer.ID = in.ID
		if !c.Explain {
			answer.Tree = nil
		}
		return encoder.Encode(answer)
	})
	if flushErr := out.Flush(); err == nil {
		err = flushErr
	}
	return err
}
