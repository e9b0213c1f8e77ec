// Replays go-vcr cassettes with the recorder of go-vcr itself, and prints what an http.Client sees.
//
//	go run replay.go open_v1.go PLAN.json
//	go run replay.go open_v4.go PLAN.json [url|json]
//
// The plan is a list of {"cassette": path, "exchanges": [{method, url, request_headers, request_body}]}, bodies in base64.
// Printed is for each cassette a list of {status, headers, body, error}. The last word says what is compared in place of
// what the recorder compares by itself.
package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
)

type exchange struct {
	Method  string      `json:"method"`
	URL     string      `json:"url"`
	Headers [][2]string `json:"request_headers"`
	Body    []byte      `json:"request_body"`
}

type plan struct {
	Cassette  string     `json:"cassette"`
	Exchanges []exchange `json:"exchanges"`
}

type seen struct {
	Status  int         `json:"status"`
	Headers http.Header `json:"headers"`
	Body    []byte      `json:"body"`
	Error   string      `json:"error"`
}

func ask(client *http.Client, asked exchange) seen {
	var content io.Reader
	if len(asked.Body) > 0 {
		content = bytes.NewReader(asked.Body)
	}
	method := strings.ToUpper(asked.Method) // as Go's own constants are: http.MethodPost
	request, err := http.NewRequest(method, asked.URL, content)
	if err != nil {
		return seen{Error: err.Error()}
	}
	for _, pair := range asked.Headers {
		request.Header.Add(pair[0], pair[1])
	}
	response, err := client.Do(request)
	if err != nil {
		return seen{Error: err.Error()}
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return seen{Error: err.Error()}
	}
	return seen{Status: response.StatusCode, Headers: response.Header, Body: body}
}

func asIs(request *http.Request, via []*http.Request) error { return http.ErrUseLastResponse }

func main() {
	content, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	var plans []plan
	if err := json.Unmarshal(content, &plans); err != nil {
		panic(err)
	}
	compared := strings.Join(os.Args[2:], "")
	answers := make([][]seen, len(plans))
	for number, each := range plans {
		answers[number] = []seen{}
		player, err := open(strings.TrimSuffix(each.Cassette, ".yaml"), compared)
		for _, asked := range each.Exchanges {
			answer := seen{}
			if err != nil {
				answer.Error = err.Error()
			} else {
				answer = ask(&http.Client{Transport: player, CheckRedirect: asIs}, asked)
			}
			answers[number] = append(answers[number], answer)
		}
	}
	_ = json.NewEncoder(os.Stdout).Encode(answers)
}
