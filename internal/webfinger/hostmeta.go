package webfinger

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strings"

	"skerry/internal/reply"
)

// relLRDD names the place to ask about resources of a host. [RFC 6415 3.2]
const relLRDD = "lrdd"

// template is where questions about our accounts go. Clients read the host of
// our API from it, so it is the address that we are reached at.
func (a answerer) template() string { return a.URLs.Origin + path + "?resource={uri}" }

// hostMeta answers in the first form of host metadata, XML: Mastodon and
// GoToSocial read this one when a domain has no WebFinger of its own.
func (a answerer) hostMeta(w http.ResponseWriter, r *http.Request) {
	var b bytes.Buffer
	b.WriteString(xml.Header + `<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">` + "\n" + `  <Link rel="` + relLRDD + `" template="`)
	if err := xml.EscapeText(&b, []byte(a.template())); err != nil {
		panic(err) // a buffer takes everything
	}
	b.WriteString(`"/>` + "\n</XRD>\n")
	if err := reply.Document(w, r, "application/xrd+xml; charset=utf-8", b.Bytes(), reply.Public3d); err != nil {
		panic(err) // bytes need no encoding
	}
}

// hostMetaJSON answers in the second form. [RFC 6415 3]
func (a answerer) hostMetaJSON(w http.ResponseWriter, r *http.Request) {
	send(w, r, reply.TypeJSON, descriptor{Links: []link{{Rel: relLRDD, Template: a.template()}}})
}

// readHostMeta gives the first template that host metadata has for questions.
// The type of the link is not looked at: servers that answer in JSON still write
// the XML one there.
func readHostMeta(body []byte) (template string, err error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return "", errors.New("no lrdd template")
		}
		if err != nil {
			return "", err
		}
		element, ok := token.(xml.StartElement)
		if !ok || element.Name.Local != "Link" {
			continue
		}
		rel, template := "", ""
		for _, attr := range element.Attr {
			switch attr.Name.Local {
			case "rel":
				rel = attr.Value
			case "template":
				template = attr.Value
			}
		}
		if rel == relLRDD && strings.Contains(template, "{uri}") {
			return template, nil
		}
	}
}
