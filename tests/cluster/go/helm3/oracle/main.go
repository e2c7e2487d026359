// The oracle answers what Helm makes of texts, many in one process: a line of JSON in, a line of JSON out.
// The conformance tests build it beside the real helm, from the same module.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"helm.sh/helm/v3/pkg/strvals"
)

// A question: a template with values, given as YAML and as --set forms.
type question struct {
	Template  string
	Values    string
	Set       []string
	SetString []string
	SetJSON   []string
	Literal   []string
}

// The answer to it: what is printed, or the error.
type answer struct {
	Out   string `json:"out"`
	Error string `json:"error"`
}

const file = "templates/NOTES.txt"

func ask(q question) (out string, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	values, err := chartutil.ReadValues([]byte(q.Values))
	if err != nil {
		return "", err
	}
	forms := []struct {
		texts []string
		parse func(string, map[string]interface{}) error
	}{
		{q.SetJSON, strvals.ParseJSON},
		{q.Set, strvals.ParseInto},
		{q.SetString, strvals.ParseIntoString},
		{q.Literal, strvals.ParseLiteralInto},
	}
	for _, form := range forms {
		for _, text := range form.texts {
			if err := form.parse(text, values); err != nil {
				return "", err
			}
		}
	}
	c := &chart.Chart{
		Metadata:  &chart.Metadata{Name: "c", Version: "0.1.0", APIVersion: "v2"},
		Templates: []*chart.File{{Name: file, Data: []byte(q.Template)}},
	}
	capabilities := chartutil.DefaultCapabilities.Copy()
	capabilities.KubeVersion = chartutil.KubeVersion{Version: "v1.37.0", Major: "1", Minor: "37"}
	options := chartutil.ReleaseOptions{Name: "r", Namespace: "n", Revision: 1, IsInstall: true}
	scope, err := chartutil.ToRenderValues(c, values, options, capabilities)
	if err != nil {
		return "", err
	}
	rendered, err := engine.Render(c, scope)
	return rendered["c/"+file], err
}

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 1 {
			var q question
			var a answer
			if err := json.Unmarshal(line, &q); err != nil {
				a.Error = "question: " + err.Error()
			} else if a.Out, err = ask(q); err != nil {
				a.Error = err.Error()
			}
			text, _ := json.Marshal(a)
			out.Write(text)
			out.WriteByte('\n')
		}
		if err != nil {
			return
		}
	}
}
