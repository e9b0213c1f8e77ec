// What Go itself makes of requests: the names of their header fields, and the form that it parses.
//
//	go run seen.go REQUESTS.json
//
// REQUESTS.json is a list of {method, url, body, headers}, each header a list of a name and a value; printed is a list
// of {headers, form, error}. What go-vcr records is these, and its default matcher compares them.
package main

import (
	"encoding/json"
	"io/ioutil"
	"net/http"
	"net/url"
	"os"
	"strings"
)

type asked struct {
	Method, URL, Body string
	Headers           [][2]string
}

type seen struct {
	Headers http.Header `json:"headers"`
	Form    url.Values  `json:"form"`
	Error   string      `json:"error"`
}

func look(each asked) seen {
	request, err := http.NewRequest(each.Method, each.URL, strings.NewReader(each.Body))
	if err != nil {
		return seen{Error: err.Error()}
	}
	for _, pair := range each.Headers {
		request.Header.Add(pair[0], pair[1])
	}
	if err := request.ParseForm(); err != nil {
		return seen{Error: err.Error()}
	}
	return seen{Headers: request.Header, Form: request.Form}
}

func main() {
	content, _ := ioutil.ReadFile(os.Args[1])
	var requests []asked
	if err := json.Unmarshal(content, &requests); err != nil {
		panic(err)
	}
	answers := []seen{}
	for _, each := range requests {
		answers = append(answers, look(each))
	}
	_ = json.NewEncoder(os.Stdout).Encode(answers)
}
