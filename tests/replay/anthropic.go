// What Anthropic's SDK for Go reads when go-vcr v4 plays to it.
//
//	go run anthropic.go open_v4.go PLAN.json
//
// The plan is a list of {"cassette": path, "exchanges": [{"stream": …}]}. Printed is for each cassette a list of {id,
// model, text, reasoning, tools, finish, usage, error}. The requests are the SDK's own: each gets the next answer.
package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"strings"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"
)

type plan struct {
	Cassette  string `json:"cassette"`
	Exchanges []struct {
		Stream bool `json:"stream"`
	} `json:"exchanges"`
}

type call struct {
	Name  string          `json:"name"`
	Input json.RawMessage `json:"input"`
}

type facts struct {
	ID        string  `json:"id"`
	Model     string  `json:"model"`
	Text      string  `json:"text"`
	Reasoning string  `json:"reasoning"`
	Tools     []call  `json:"tools"`
	Finish    string  `json:"finish"`
	Usage     []int64 `json:"usage"`
	Error     string  `json:"error"`
}

func ask(client anthropic.Client, stream bool) (anthropic.Message, error) {
	asked := anthropic.MessageNewParams{
		Model:     "none",
		MaxTokens: 9,
		Messages:  []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock("none"))},
	}
	if !stream {
		answer, err := client.Messages.New(context.Background(), asked)
		if err != nil {
			return anthropic.Message{}, err
		}
		return *answer, nil
	}
	events, message := client.Messages.NewStreaming(context.Background(), asked), anthropic.Message{}
	for events.Next() {
		if err := message.Accumulate(events.Current()); err != nil {
			return message, err
		}
	}
	return message, events.Err()
}

func read(message anthropic.Message) facts {
	usage := message.Usage
	given := usage.InputTokens + usage.CacheReadInputTokens + usage.CacheCreationInputTokens
	found := facts{ID: message.ID, Model: string(message.Model), Finish: string(message.StopReason), Tools: []call{}}
	found.Usage = []int64{given, usage.OutputTokens, given + usage.OutputTokens}
	for _, block := range message.Content {
		switch block.Type {
		case "text":
			found.Text += block.Text
		case "thinking":
			found.Reasoning += block.Thinking
		case "tool_use":
			found.Tools = append(found.Tools, call{block.Name, block.Input})
		}
	}
	return found
}

func main() {
	content, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	var plans []plan
	if err := json.Unmarshal(content, &plans); err != nil {
		panic(err)
	}
	answers := make([][]facts, len(plans))
	for number, each := range plans {
		player, err := open(strings.TrimSuffix(each.Cassette, ".yaml"), "next")
		if err != nil {
			panic(err)
		}
		client := anthropic.NewClient(
			option.WithHTTPClient(&http.Client{Transport: player}),
			option.WithAPIKey("none"), option.WithBaseURL("http://localhost"), option.WithMaxRetries(0),
		)
		answers[number] = []facts{}
		for _, exchange := range each.Exchanges {
			message, err := ask(client, exchange.Stream)
			found := facts{}
			if err != nil {
				found.Error = err.Error()
			} else {
				found = read(message)
			}
			answers[number] = append(answers[number], found)
		}
	}
	_ = json.NewEncoder(os.Stdout).Encode(answers)
}
