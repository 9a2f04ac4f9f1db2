package social

// Hold is a reason to keep a post that came from elsewhere.
type Hold string

// The reasons, as scripts read them.
const (
	HoldOwn      Hold = "own"
	HoldLike     Hold = "liked"
	HoldBoost    Hold = "boosted"
	HoldBookmark Hold = "bookmarked"
	HoldVote     Hold = "voted"
	HoldQuote    Hold = "quoted"
	HoldDirect   Hold = "direct"
	HoldMention  Hold = "mention"
	HoldAnswer   Hold = "answer"
	HoldThread   Hold = "thread"
	HoldDoubt    Hold = "let_go"
)

var holdWords = map[Hold]string{
	HoldOwn: "you wrote it", HoldLike: "you liked it", HoldBoost: "you boosted it", HoldBookmark: "you bookmarked it",
	HoldVote: "you voted in it", HoldQuote: "you quoted it", HoldDirect: "it is a direct post", HoldMention: "it names you", HoldAnswer: "it answers you",
	HoldThread: "a post below it is kept", HoldDoubt: "it was let go a short while ago, and the next rounds decide about it",
}

// Words tell the owner the reason.
func (h Hold) Words() string { return holdWords[h] }
