package web

import (
	"skerry/internal/retention"
	"skerry/internal/social"
)

// readerSamples has a page for every template of the reader.
func readerSamples(owner layout, post, reply shown, anna, stranger person) map[string][]any {
	with := acquaintance{person: stranger, Header: bad, Away: bad, Back: hostile, With: social.Relationship{FollowedBy: true, RequestedBy: true}}
	with.With.Following, with.With.HidingBoosts, with.With.Muting, with.With.MutedUntil = true, true, true, post.Published
	with.Kind, with.MovedTo, with.Fields = social.Group, hostile, anna.Fields
	tabs := []tab{{hostile, bad, true}, {"b", "/b", false}}
	answer := reply
	answer.Through, answer.Under = hostile, []string{hostile}
	answer.Above, answer.Answers = bad, &stranger
	far := answer
	far.Answers = nil
	far.Via = []person{stranger}
	return map[string][]any{
		"home.html": {homePage{owner, []shown{post}, []shown{answer}, 1, "?before=1", "?before=2", false}, homePage{layout: owner, Lonely: true}, homePage{layout: owner}},
		"thread.html": {threadPage{owner, looking{true, bad, bad}, []shown{far}, bad, answer, []branch{{post, []branch{{Post: answer}}}}, true, post.Published, &retention.Why{Holds: []social.Hold{social.HoldLike, social.HoldBoost}}},
			threadPage{layout: owner, Post: post, Why: &retention.Why{Leaves: post.Published}}, threadPage{layout: owner, Post: post}},
		"notifications.html": {
			notificationsPage{owner, tabs, []acquaintance{with, with}, []told{
				{Icon: "like", People: []person{anna, stranger}, More: 2, Say: "liked", About: hostile, At: bad, New: true},
				{Icon: "direct", People: []person{stranger}, Say: "wrote", Post: &answer},
			}, "?before=1"},
			notificationsPage{layout: owner, Asks: []acquaintance{with}},
		},
		"conversations.html": {
			conversationsPage{owner, []talk{{1, []person{stranger, anna}, 2, bad, true, hostile, when{Words: "1 h ago"}, true}, {}}, "?before=1"}, conversationsPage{layout: owner},
		},
		"everyone.html": {
			everyonePage{layout: owner, Languages: []choice{{Value: hostile, Say: hostile, Chosen: true}}, Relays: []choice{{Value: hostile, Say: hostile}}, Posts: []shown{answer}, Older: "?before=1"},
			everyonePage{layout: owner, Media: true},
		},
		"hashtags.html": {
			hashtagsPage{
				layout: owner, Name: hostile, Wrong: hostile, Followed: []social.FollowedTag{{Tag: hostile, Name: hostile}},
				Day: []trend{{Name: hostile, People: 1}}, Week: []trend{{Name: hostile, Posts: 2}},
			},
			hashtagsPage{layout: owner},
		},
		"hashtag.html": {
			hashtagPage{layout: owner, Tag: hostile, Public: hostile, Tabs: []tab{{At: hostile, Say: "Posts"}}, Posts: []shown{answer}, Older: "?before=1"},
			hashtagPage{layout: owner, Tag: "x", Followed: true},
		},
		"search.html": {
			searchPage{layout: owner, Query: hostile, Wrong: hostile}, searchPage{layout: owner, Query: hostile, See: hostile, People: []acquaintance{with}},
			searchPage{layout: owner, Query: "x"}, searchPage{layout: owner},
		},
		"kept.html": {keptPage{owner, "", []shown{answer}, "?before=1"}, keptPage{layout: owner, Empty: hostile}},
		"person.html": {
			personPage{owner, with, social.Tally{Posts: 1}, tabs, looking{true, bad, bad}, []shown{answer}, "?before=1"}, personPage{layout: owner},
			personPage{layout: owner, Person: acquaintance{person: anna, With: social.Relationship{Blocking: true, BlockedBy: true}}},
		},
		"people.html": {
			peoplePage{owner, tabs, &answer, []acquaintance{with, {person: anna, You: true}, {With: social.Relationship{Following: true}}, {With: social.Relationship{Requested: true}}}, hostile, "?before=1"},
			peoplePage{layout: owner, Empty: hostile},
		},
		"history.html": {
			historyPage{owner, stranger, bad, []version{{post, []string{hostile, ""}, true, false}, {answer, nil, false, true}, {shown: answer}}}, historyPage{layout: owner},
		},
		"report.html": {
			reportPage{owner, stranger, hostile, []reportable{{post.Post, hostile, true}, {Say: "b"}}, hostile, true, 1000, hostile}, reportPage{layout: owner},
		},
		"reported.html": {towardPage{owner, stranger, "reported", hostile}},
		"admin_reports.html": {
			reportsPage{adminPage{layout: owner, Back: hostile}, tabs, true, []reportLine{{social.Report{Comment: hostile, Posts: []string{bad, hostile}, Forwarded: true}, stranger, []reportedPost{{bad, hostile}}}, {}}, "?before=1"},
			reportsPage{adminPage: adminPage{layout: owner}},
		},
		"mute.html":   {mutePage{owner, stranger, hostile, []choice{{hostile, hostile, "", false}}, true, hostile}, mutePage{layout: owner}},
		"toward.html": {towardPage{owner, stranger, "block", hostile}},
	}
}
