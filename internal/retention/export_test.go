package retention

// ForgetMedia is one step of a round, for tests of what happens between two of them.
var ForgetMedia = (*Sweeper).forgetMedia
