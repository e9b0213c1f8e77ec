package main

import (
	"encoding/json"
	"io"
	"net/http"
	"reflect"

	"gopkg.in/dnaeon/go-vcr.v4/pkg/cassette"
	"gopkg.in/dnaeon/go-vcr.v4/pkg/recorder"
)

// The recorder of go-vcr v4. By itself it compares everything of a request; `url` is what v3 compares by itself, the
// method and the URL, and `json` is what projects often write: these two and the value of the body. `next` compares nothing.
func open(name, compared string) (http.RoundTripper, error) {
	options := []recorder.Option{recorder.WithMode(recorder.ModeReplayOnly), recorder.WithSkipRequestLatency(true)}
	if matcher, ok := matchers[compared]; ok {
		options = append(options, recorder.WithMatcher(matcher))
	}
	return recorder.New(name, options...)
}

var matchers = map[string]recorder.MatcherFunc{"url": sameURL, "json": sameJSON, "next": any}

func any(*http.Request, cassette.Request) bool { return true }

func sameURL(asked *http.Request, recorded cassette.Request) bool {
	return asked.Method == recorded.Method && asked.URL.String() == recorded.URL
}

func sameJSON(asked *http.Request, recorded cassette.Request) bool {
	if !sameURL(asked, recorded) {
		return false
	}
	if asked.GetBody == nil {
		return recorded.Body == ""
	}
	body, err := asked.GetBody()
	if err != nil {
		return false
	}
	content, err := io.ReadAll(body)
	if err != nil {
		return false
	}
	var one, other interface{}
	if json.Unmarshal(content, &one) != nil || json.Unmarshal([]byte(recorded.Body), &other) != nil {
		return string(content) == recorded.Body
	}
	return reflect.DeepEqual(one, other)
}
