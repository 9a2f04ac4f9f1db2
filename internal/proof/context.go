package proof

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/piprate/json-gold/ld"
)

// streams is the vocabulary of ActivityStreams: the one context that a document may
// name which is signed here. Others would have to be fetched by whoever verifies.
const streams = "https://www.w3.org/ns/activitystreams"

// signing has the terms of a signature's options.
var signing = map[string]any{
	"xsd":     "http://www.w3.org/2001/XMLSchema#",
	"creator": map[string]any{"@id": "http://purl.org/dc/terms/creator", "@type": "@id"},
	"created": map[string]any{"@id": "http://purl.org/dc/terms/created", "@type": "xsd:dateTime"},
}

// The terms of ActivityStreams, by what they hold. [AS2 vocabulary]
const (
	words = `Accept Activity IntransitiveActivity Add Announce Application Arrive Article Audio Block Collection CollectionPage Relationship
		Create Delete Dislike Document Event Follow Flag Group Ignore Image Invite Join Leave Like Link Mention Note Object Offer
		OrderedCollection OrderedCollectionPage Organization Page Person Place Profile Question Reject Remove Service TentativeAccept
		TentativeReject Tombstone Undo Update Video View Listen Read Move Travel IsFollowing IsFollowedBy IsContact IsMember
		content name hreflang mediaType rel summary units preferredUsername source`
	references = `subject relationship actor attributedTo attachment bcc bto cc context current first generator icon image inReplyTo items
		instrument last location next object oneOf anyOf origin prev preview replies result audience partOf tag target to url href
		describes formerType outbox following followers streams endpoints uploadMedia proxyUrl liked oauthAuthorizationEndpoint
		oauthTokenEndpoint provideClientKey signClientKey sharedInbox Public likes shares alsoKnownAs`
	moments   = `closed endTime published startTime updated deleted`
	counts    = `height startIndex totalItems width`
	measures  = `accuracy altitude latitude longitude radius`
	languages = `content name summary` // each has a map, by language
)

// vocabulary is the context of ActivityStreams. What it does not name says nothing.
func vocabulary() map[string]any {
	c := map[string]any{
		"@vocab": "_:", "xsd": "http://www.w3.org/2001/XMLSchema#", "as": "https://www.w3.org/ns/activitystreams#",
		"ldp": "http://www.w3.org/ns/ldp#", "vcard": "http://www.w3.org/2006/vcard/ns#", "id": "@id", "type": "@type",
		"inbox":        map[string]any{"@id": "ldp:inbox", "@type": "@id"},
		"orderedItems": map[string]any{"@id": "as:items", "@type": "@id", "@container": "@list"},
		"duration":     map[string]any{"@id": "as:duration", "@type": "xsd:duration"},
	}
	for of, kind := range map[string]string{references: "@id", moments: "xsd:dateTime", counts: "xsd:nonNegativeInteger", measures: "xsd:float"} {
		for _, term := range strings.Fields(of) {
			c[term] = map[string]any{"@id": "as:" + term, "@type": kind}
		}
	}
	for _, term := range strings.Fields(words) {
		c[term] = "as:" + term
	}
	for _, term := range strings.Fields(languages) {
		c[term+"Map"] = map[string]any{"@id": "as:" + term, "@container": "@language"}
	}
	return c
}

// pinned gives the contexts that are known by heart, and asks nobody.
type pinned map[string]map[string]any

func (p pinned) LoadDocument(address string) (*ld.RemoteDocument, error) {
	c, ok := p[address]
	if !ok {
		return nil, fmt.Errorf("the context %s is not known here", address)
	}
	return &ld.RemoteDocument{DocumentURL: address, Document: map[string]any{"@context": maps.Clone(c)}}, nil
}

var contexts = pinned{streams: vocabulary()}

// statements gives what a document says as sorted N-Quads, the same for all who hold it.
func statements(doc map[string]any) (string, error) {
	text, err := json.Marshal(doc)
	if err != nil {
		return "", err
	}
	var plain any // as it was read: json-gold knows the types of that alone
	if err := json.Unmarshal(text, &plain); err != nil {
		return "", err
	}
	options := ld.NewJsonLdOptions("")
	options.ProcessingMode, options.Algorithm, options.Format = ld.JsonLd_1_1, ld.AlgorithmURDNA2015, "application/n-quads"
	options.DocumentLoader = contexts
	said, err := ld.NewJsonLdProcessor().Normalize(plain, options)
	if err != nil {
		return "", err
	}
	quads, ok := said.(string)
	if !ok || quads == "" {
		return "", errors.New("the document says nothing")
	}
	return quads, nil
}
