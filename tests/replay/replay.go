// Replays a go-vcr cassette with the recorder of go-vcr itself, and prints what an http.Client sees.
//
//	go run replay.go CASSETTE REQUESTS.json
//
// REQUESTS.json is a list of {method, url, body}; printed is a list of {status, headers, body}, or {error}.
package main

import (
	"encoding/json"
	"io/ioutil"
	"net/http"
	"os"
	"strings"

	"github.com/dnaeon/go-vcr/recorder"
)

type asked struct{ Method, URL, Body string }

type seen struct {
	Status  int         `json:"status"`
	Headers http.Header `json:"headers"`
	Body    string      `json:"body"`
	Error   string      `json:"error"`
}

func play(client *http.Client, each asked) (answer seen) {
	request, err := http.NewRequest(each.Method, each.URL, strings.NewReader(each.Body))
	if err == nil {
		var response *http.Response
		if response, err = client.Do(request); err == nil {
			body, _ := ioutil.ReadAll(response.Body)
			return seen{Status: response.StatusCode, Headers: response.Header, Body: string(body)}
		}
	}
	return seen{Error: err.Error()}
}

func main() {
	player, err := recorder.NewAsMode(strings.TrimSuffix(os.Args[1], ".yaml"), recorder.ModeReplaying, nil)
	if err != nil {
		panic(err)
	}
	content, _ := ioutil.ReadFile(os.Args[2])
	var requests []asked
	if err := json.Unmarshal(content, &requests); err != nil {
		panic(err)
	}
	answers := []seen{}
	for _, each := range requests {
		answers = append(answers, play(&http.Client{Transport: player}, each))
	}
	_ = json.NewEncoder(os.Stdout).Encode(answers)
}
